import type { PlacementStrategy } from '../../model/desired.ts';
import type { ReplicaClass } from './replica-class.ts';
import { freeShare, rateAllocation, takenShare } from './scores/allocation.ts';
import { seeded } from './scores/random.ts';
import type { ClusterState, HostState } from './state.ts';

/** Failures of a workload from which on a host comes last for it. */
const MANY_FAILURES = 5;

/** How to choose among hosts that may take a replica. */
export interface Choice {
  readonly strategy: PlacementStrategy;
  readonly seed: string;
}

/**
 * Swarm's order of hosts, best first: those without many recent failures, then fewer replicas of the workload, then
 * fewer replicas at all. Behind it, and so only between equals: the image is there, more is free, the name. `binpack`
 * looks at what is taken first, `random` at the seed.
 *
 * @returns negative when `a` is better; never 0 for two hosts
 * @see swarmkit manager/scheduler, scheduleTaskGroup
 */
export function rankHosts(cls: ReplicaClass, state: ClusterState, { strategy, seed }: Choice) {
  const own = (host: HostState) => host.byWorkload.get(cls.workload) ?? 0;
  const draw = (host: HostState) => seeded(seed, cls.workload, host.host.name, String(own(host)));
  const taken = (host: HostState) => rateAllocation(takenShare, cls, host, state);
  const spread = (a: HostState, b: HostState) => own(a) - own(b) || a.replicas - b.replicas;
  const pack = (a: HostState, b: HostState) => taken(b) - taken(a) || b.replicas - a.replicas;
  const byStrategy = { spread, binpack: pack, random: (a: HostState, b: HostState) => draw(a) - draw(b) }[strategy];
  return (a: HostState, b: HostState): number =>
    failures(cls, a, b) ||
    byStrategy(a, b) ||
    images(cls, b) - images(cls, a) ||
    free(cls, b, state) - free(cls, a, state) ||
    a.index - b.index;
}

function failures(cls: ReplicaClass, a: HostState, b: HostState): number {
  const of = ({ host }: HostState) => host.recentFailures?.[cls.workload] ?? 0;
  const [inA, inB] = [of(a), of(b)];
  return inA >= MANY_FAILURES || inB >= MANY_FAILURES ? inA - inB : 0;
}

function images(cls: ReplicaClass, { host }: HostState): number {
  let present = 0;
  for (const image of cls.demand.images) if (host.images.includes(image)) present++;
  return present;
}

function free(cls: ReplicaClass, host: HostState, state: ClusterState): number {
  return rateAllocation(freeShare, cls, host, state);
}
