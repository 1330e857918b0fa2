import { countPreferNoSchedule } from '../taints.ts';
import { normalise, type Score } from './score.ts';

/** Fewer `PreferNoSchedule` taints that the replica does not tolerate. */
export const fewerTaints: Score = {
  name: 'taints',
  weight: 1,
  applies: (_cls, state) =>
    state.hosts.some(({ host }) => host.taints.some((one) => one.effect === 'PreferNoSchedule')),
  rate: (cls, hosts, _state, out) => {
    hosts.forEach(({ host }, i) => {
      out[i] = countPreferNoSchedule(host.taints, cls.demand.rules.tolerations);
    });
    normalise(out, true);
  },
};
