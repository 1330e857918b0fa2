import type { DesiredState } from '../model/desired.ts';
import type { LiveHost } from '../model/live.ts';
import { compareReplica } from './diff/replica.ts';
import { textDigest } from './digest.ts';
import { type LiveReplica, liveOwner } from './live-replicas.ts';
import type { SpecContext } from './specs/context.ts';
import { replicaSpec } from './specs/pod.ts';

/**
 * Replicas that would be made anew where they are, on hosts that take nothing new: those have to go elsewhere. On other
 * hosts it makes no difference, and nothing is compared.
 */
export function outdatedReplicas(
  desired: DesiredState,
  hosts: readonly LiveHost[],
  replicas: readonly LiveReplica[],
  context: SpecContext,
): ReadonlySet<LiveReplica> {
  const closed = new Set(hosts.filter(takesNothing).map((host) => host.name));
  if (closed.size === 0) return new Set();
  const asLive: SpecContext = { ...context, generate: textDigest, networkOwner: liveOwners(replicas) };
  const workloads = new Map(desired.workloads.map((w) => [w.id, w]));
  return new Set(
    replicas.filter((replica) => {
      const workload = workloads.get(replica.workload);
      if (workload === undefined || !closed.has(replica.host)) return false;
      const wanted = replicaSpec(workload, { ordinal: replica.ordinal, host: replica.host }, asLive, replica.pod);
      return compareReplica(wanted, replica).some((d) => d.forcesReplace);
    }),
  );
}

/** What shares the network of a replica shares that of the one that runs there. */
function liveOwners(replicas: readonly LiveReplica[]): SpecContext['networkOwner'] {
  const byPlace = new Map(replicas.map((replica) => [`${replica.host}\n${replica.workload}`, replica]));
  return (workload, host) => {
    const replica = byPlace.get(`${host}\n${workload}`);
    return replica && liveOwner(replica);
  };
}

function takesNothing({ marks, entry }: LiveHost): boolean {
  return marks.cordoned || marks.drained || entry.taints.some((taint) => taint.effect !== 'PreferNoSchedule');
}
