import { matchCounter } from '../filters/pod-anti-affinity.ts';
import { perClass } from '../per-class.ts';
import type { ReplicaClass } from '../replica-class.ts';
import type { ClusterState, HostState } from '../state.ts';
import type { DomainCounter } from '../topology.ts';
import { MAX_SCORE, type Score } from './score.ts';

/** What the required affinity of a replica that is there is worth to one that comes to it. */
export const HARD_AFFINITY_WEIGHT = 1;

interface Weighted {
  readonly counter: DomainCounter;
  readonly weight: number;
}

/** Preferences of the replica for those that are there. */
const ownPreferences = perClass((cls, state): readonly Weighted[] => [
  ...cls.affinity.preferred.map(({ term, weight }) => ({ counter: matchCounter(term, state), weight })),
  ...cls.antiAffinity.preferred.map(({ term, weight }) => ({ counter: matchCounter(term, state), weight: -weight })),
]);

/** Preferences of those that are there for the replica, and their required affinity. */
function theirPreferences(cls: ReplicaClass, state: ClusterState, hardWeight: number): Weighted[] {
  return state.termsAgainst(cls).flatMap(({ side, weight, counter }) => {
    if (side === 'anti-affinity') return weight === undefined ? [] : [{ counter, weight: -weight }];
    return [{ counter, weight: weight ?? hardWeight }];
  });
}

/** Scales the sums so that the range always includes zero. */
export function ratePodAffinity(
  cls: ReplicaClass,
  hosts: readonly HostState[],
  state: ClusterState,
  out: Float64Array,
  hardWeight = HARD_AFFINITY_WEIGHT,
): void {
  const preferences = [...ownPreferences(cls, state), ...theirPreferences(cls, state, hardWeight)];
  let least = 0;
  let greatest = 0;
  for (let i = 0; i < hosts.length; i++) {
    const index = hosts[i]?.index ?? -1;
    let sum = 0;
    for (const { counter, weight } of preferences) sum += weight * (counter.at(index) ?? 0);
    out[i] = sum;
    least = Math.min(least, sum);
    greatest = Math.max(greatest, sum);
  }
  const range = greatest - least;
  for (let i = 0; i < hosts.length; i++) {
    out[i] = range === 0 ? 0 : Math.trunc((MAX_SCORE * ((out[i] ?? 0) - least)) / range);
  }
}

/**
 * Preferred pod affinity and anti-affinity, both ways.
 *
 * @see kube-scheduler InterPodAffinity
 */
export const preferredPods: Score = {
  name: 'pod-affinity',
  weight: 1,
  applies: (cls, state) =>
    ownPreferences(cls, state).length > 0 || theirPreferences(cls, state, HARD_AFFINITY_WEIGHT).length > 0,
  scope: (cls, state) =>
    [...ownPreferences(cls, state), ...theirPreferences(cls, state, HARD_AFFINITY_WEIGHT)].map(
      ({ counter }) => counter,
    ),
  rate: (cls, hosts, state, out) => ratePodAffinity(cls, hosts, state, out),
};
