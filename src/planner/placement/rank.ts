import type { PlacementStrategy } from '../../model/desired.ts';
import type { ReplicaClass } from './replica-class.ts';
import { freeShare, rateBasic, takenShare } from './scores/allocation.ts';
import { presentShare } from './scores/images.ts';
import { seeded } from './scores/random.ts';
import type { ClusterState, HostState } from './state.ts';

/** Failures of a workload from which on a host comes last for it. */
const MANY_FAILURES = 5;

/** How to choose among hosts that may take a replica. */
export interface Choice {
  readonly strategy: PlacementStrategy;
  readonly seed: string;
}

/** Where a host stands in Swarm's order; of each number the smaller is better, and the first that differs decides. */
export interface Rank {
  readonly host: HostState;
  readonly failures: number;
  readonly first: number;
  readonly second: number;
  /** Share of the images that is not there. */
  readonly missing: number;
  readonly taken: number;
}

/** Swarm's order of hosts for one workload. */
export interface Ranking {
  readonly rank: (host: HostState) => Rank;
  /** The best of some hosts; looks closely only at those that can still win. */
  readonly best: (hosts: Iterable<HostState>) => HostState | undefined;
}

/**
 * Swarm's order of hosts: those without many recent failures, then fewer replicas of the workload, then fewer replicas at
 * all. Behind it, and so only between equals: the image is there, more is free, the name. `binpack` looks at what is
 * taken first, `random` at the seed.
 *
 * @see swarmkit manager/scheduler, scheduleTaskGroup
 */
export function rankHosts(cls: ReplicaClass, state: ClusterState, { strategy, seed }: Choice): Ranking {
  const present = presentShare(cls, state);
  const placed = state.placed(cls);
  const own = (host: HostState) => placed.get(host.index) ?? 0;
  const failures = ({ host: { recentFailures } }: HostState) => {
    const failed = recentFailures?.[cls.workload] ?? 0;
    return failed >= MANY_FAILURES ? failed : 0;
  };
  const first = {
    spread: own,
    binpack: (host: HostState) => -rateBasic(takenShare, cls, host),
    random: (host: HostState) => seeded(seed, cls.workload, host.host.name, String(own(host))),
  }[strategy];
  const sign = { spread: 1, binpack: -1, random: 0 }[strategy];
  const rank = (host: HostState): Rank => ({
    host,
    failures: failures(host),
    first: first(host),
    second: sign * host.replicas,
    missing: -(present[host.index] ?? 0),
    taken: -rateBasic(freeShare, cls, host),
  });
  const best = (hosts: Iterable<HostState>) => {
    let found: Rank | undefined;
    for (const host of hosts) {
      if (found && isBehind(found, failures(host), first(host), sign * host.replicas)) continue;
      const next = rank(host);
      if (!found || ranksBefore(next, found)) found = next;
    }
    return found?.host;
  };
  return { rank, best };
}

function isBehind(best: Rank, failures: number, first: number, second: number): boolean {
  return (failures - best.failures || first - best.first || second - best.second) > 0;
}

/** Is `a` the better one? The name decides at last, so that no two hosts are equal. */
export function ranksBefore(a: Rank, b: Rank): boolean {
  const difference =
    a.failures - b.failures ||
    a.first - b.first ||
    a.second - b.second ||
    a.missing - b.missing ||
    a.taken - b.taken ||
    a.host.index - b.host.index;
  return difference < 0;
}
