import type { ReplicaDemand, SchedulingHost } from '../../../model/placement.ts';
import { matchesNodeTerm } from '../selectors.ts';
import { normalise, type Score } from './score.ts';

/** The weights of the preferred node affinity terms that a host matches, summed. */
export function preferredWeight({ rules }: ReplicaDemand, host: SchedulingHost): number {
  return rules.nodeAffinity.preferred.reduce(
    (sum, { weight, term }) => (weight !== 0 && matchesNodeTerm(term, host) ? sum + weight : sum),
    0,
  );
}

/** Preferred node affinity. */
export const preferredNodes: Score = {
  name: 'node-affinity',
  weight: 1,
  applies: (cls) => cls.demand.rules.nodeAffinity.preferred.length > 0,
  rate: (cls, hosts, _state, out) => {
    hosts.forEach(({ host }, i) => {
      out[i] = preferredWeight(cls.demand, host);
    });
    normalise(out);
  },
};
