import type { DesiredState, Workload } from '../model/desired.ts';
import type { LiveHost } from '../model/live.ts';
import type { Placement } from '../model/placement.ts';
import type { ReplicaDecision } from './diff/replica.ts';
import { digestOf } from './digest.ts';
import { type LiveReplica, liveOwner } from './live-replicas.ts';
import type { MutableContext } from './spec-context.ts';
import { ownerName, type ReplicaSpec, replicaSpec } from './specs/pod.ts';
import { type DecidedReplica, makesContainers, type WorkloadBuild } from './steps/context.ts';

/** What happens to a replica with these live generations; `called` gives it the names of one of them. */
export type DecisionFor = (
  replica: ReplicaSpec,
  generations: readonly LiveReplica[],
  called: (pod: string) => ReplicaSpec,
) => ReplicaDecision;

interface Decide {
  readonly desired: DesiredState;
  /** Ids of the workloads that are planned, in dependency order. */
  readonly order: readonly string[];
  readonly placements: readonly Placement[];
  readonly live: readonly LiveReplica[];
  readonly hosts: ReadonlyMap<string, LiveHost>;
  readonly context: MutableContext;
  readonly decision: DecisionFor;
}

/** Builds each workload's replicas where they were placed and decides what happens to each. */
export function decide(input: Decide): WorkloadBuild[] {
  const { desired, context, live } = input;
  const byId = new Map(desired.workloads.map((w) => [w.id, w]));
  return input.order.map((id) => {
    const workload = byId.get(id) as Workload;
    const mine = live.filter((r) => r.workload === id);
    const wanted = input.placements.filter((p) => p.workload === id);
    const replicas = wanted.map((place) => {
      const called = (pod?: string) => replicaSpec(workload, place, context, pod);
      const generations = mine.filter((r) => r.ordinal === place.ordinal);
      const replica = called();
      const decided = withFreeNames(
        { replica, decision: input.decision(replica, generations, called) },
        called,
        input.hosts.get(place.host),
      );
      owners(context, decided);
      return decided;
    });
    const surplus = mine.filter((r) => !wanted.some((p) => p.ordinal === r.ordinal));
    return { workload, replicas, surplus };
  });
}

/**
 * A new generation is named after what it is made of. One that is made of the same as what it replaces (a limit was
 * taken away, or somebody changed the old one on the host) gets another name, or the two would be one container.
 */
function withFreeNames(
  decided: DecidedReplica,
  called: (pod: string) => ReplicaSpec,
  host: LiveHost | undefined,
): DecidedReplica {
  if (host === undefined || host.containers.length === 0 || !makesContainers(decided)) return decided;
  const taken = new Set(host.containers.map((c) => c.name));
  let { replica } = decided;
  for (let n = 1; replica.containers.some((c) => taken.has(c.spec.name)); n += 1) {
    replica = called(digestOf([decided.replica.podHash, n]).slice(0, 8));
  }
  return { ...decided, replica };
}

/** A kept generation has names of its own, which others that share its network must use. */
function owners(context: MutableContext, { replica, decision }: DecidedReplica): void {
  const key = `${replica.host}\n${replica.workload.id}`;
  if (context.owners.has(key)) return;
  context.owners.set(key, (decision.current && liveOwner(decision.current)) || ownerName(replica));
}
