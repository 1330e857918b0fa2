import { tolerates, UNSCHEDULABLE } from '../taints.ts';
import { countReason, type Filter } from './filter.ts';

/**
 * A cordoned host takes nothing new, a drained one keeps nothing. What runs on a host that cannot be reached stays
 * there in the plan: started elsewhere, it would run twice.
 */
export const availability: Filter = {
  name: 'availability',
  dynamic: false,
  applies: () => true,
  check: ({ cls, staying }, { host }) => {
    switch (host.availability) {
      case 'active':
        return undefined;
      case 'drained':
        return { filter: 'availability', reason: 'drained' };
      case 'unreachable':
        return staying ? undefined : { filter: 'availability', reason: 'unreachable' };
      case 'cordoned': {
        const allowed = staying || cls.demand.rules.tolerations.some((one) => tolerates(one, UNSCHEDULABLE));
        return allowed ? undefined : { filter: 'availability', reason: 'cordoned' };
      }
    }
  },
  explain: countReason,
};
