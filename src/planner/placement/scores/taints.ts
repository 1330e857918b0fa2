import { perClass } from '../per-class.ts';
import { countPreferNoSchedule } from '../taints.ts';
import { normalise, type Score } from './score.ts';

const untoleratedCounts = perClass((cls, state) =>
  Float64Array.from(state.hosts, ({ host }) => countPreferNoSchedule(host.taints, cls.demand.rules.tolerations)),
);

/** Fewer `PreferNoSchedule` taints that the replica does not tolerate. */
export const fewerTaints: Score = {
  name: 'taints',
  weight: 1,
  applies: (_cls, state) =>
    state.hosts.some(({ host }) => host.taints.some((one) => one.effect === 'PreferNoSchedule')),
  scope: 'fixed',
  rate: (cls, hosts, state, out) => {
    const counts = untoleratedCounts(cls, state);
    for (let i = 0; i < hosts.length; i++) out[i] = counts[hosts[i]?.index ?? -1] ?? 0;
    normalise(out, true);
  },
};
