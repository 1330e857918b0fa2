import type { ReplicaDemand, SchedulingHost } from '../../../model/placement.ts';
import { perClass } from '../per-class.ts';
import { matchesNodeTerm } from '../selectors.ts';
import { normalise, type Score } from './score.ts';

/** The weights of the preferred node affinity terms that a host matches, summed. */
export function preferredWeight({ rules }: ReplicaDemand, host: SchedulingHost): number {
  return rules.nodeAffinity.preferred.reduce(
    (sum, { weight, term }) => (weight !== 0 && matchesNodeTerm(term, host) ? sum + weight : sum),
    0,
  );
}

const preferredWeights = perClass((cls, state) =>
  Float64Array.from(state.hosts, ({ host }) => preferredWeight(cls.demand, host)),
);

/** Preferred node affinity. */
export const preferredNodes: Score = {
  name: 'node-affinity',
  weight: 1,
  applies: (cls) => cls.demand.rules.nodeAffinity.preferred.length > 0,
  scope: 'fixed',
  rate: (cls, hosts, state, out) => {
    const weights = preferredWeights(cls, state);
    for (let i = 0; i < hosts.length; i++) out[i] = weights[hosts[i]?.index ?? -1] ?? 0;
    normalise(out);
  },
};
