import type { PlacementStrategy } from '../../../model/desired.ts';
import type { ReplicaClass } from '../replica-class.ts';
import type { ClusterState, HostState } from '../state.ts';
import { balancedAllocation, leastAllocated, mostAllocated } from './allocation.ts';
import { imagesPresent } from './images.ts';
import { preferredNodes } from './node-affinity.ts';
import { preferredPods } from './pod-affinity.ts';
import type { Score } from './score.ts';
import { spreadPeers } from './selector-spread.ts';
import { fewerTaints } from './taints.ts';
import { spreadTopology } from './topology-spread.ts';

/** What the file itself says it prefers. */
const PREFERENCES: readonly Score[] = [preferredNodes, preferredPods, spreadTopology, fewerTaints];

/** With what each strategy rates hosts of Kubernetes workloads; `random` only looks at the preferences. */
const BY_STRATEGY: Readonly<Record<PlacementStrategy, readonly Score[]>> = {
  spread: [...PREFERENCES, leastAllocated, balancedAllocation, spreadPeers, imagesPresent],
  binpack: [...PREFERENCES, mostAllocated],
  random: PREFERENCES,
};

/** The scores that tell hosts apart for a class. */
export function scoresFor(cls: ReplicaClass, strategy: PlacementStrategy, state: ClusterState): Score[] {
  return BY_STRATEGY[strategy].filter((score) => score.applies(cls, state));
}

/** Only what the file prefers: what comes before Swarm's own order. */
export function preferencesFor(cls: ReplicaClass, state: ClusterState): Score[] {
  return PREFERENCES.filter((score) => score.applies(cls, state));
}

/** The weighted sum of the scores for each host; `all` as in `Score.rate`. */
export function totals(
  scores: readonly Score[],
  cls: ReplicaClass,
  hosts: readonly HostState[],
  state: ClusterState,
  all: readonly HostState[] = hosts,
): Float64Array {
  const sum = new Float64Array(hosts.length);
  const one = new Float64Array(hosts.length);
  for (const { rate, weight } of scores) {
    rate(cls, hosts, state, one, all);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + weight * (one[i] ?? 0);
  }
  return sum;
}
