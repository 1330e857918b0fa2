import { taintText } from '../../../model/taint.ts';
import { untolerated } from '../taints.ts';
import { countReason, type Filter } from './filter.ts';

/** A taint keeps away, and with `NoExecute` drives out, what does not tolerate it. */
export const taints: Filter = {
  name: 'taints',
  dynamic: false,
  applies: () => true,
  check: ({ cls, staying }, { host }) => {
    if (host.taints.length === 0) return undefined;
    const effects = staying ? (['NoExecute'] as const) : (['NoSchedule', 'NoExecute'] as const);
    const taint = untolerated(host.taints, cls.demand.rules.tolerations, effects);
    return taint && { filter: 'taints', reason: `with taint ${taintText(taint)}` };
  },
  explain: countReason,
};
