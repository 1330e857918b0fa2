import type { Change } from '../model/change.ts';
import type { LiveReplica } from './live-replicas.ts';
import { replicaName } from './names.ts';
import { causeOf } from './rollout/cause.ts';
import type { Build, DecidedReplica, WorkloadBuild } from './steps/context.ts';

/** One change per replica: those of workloads in the files, surplus ones, and orphans. */
export function replicaChanges(
  build: Build,
  parts: readonly WorkloadBuild[],
  orphans: readonly LiveReplica[],
): Change[] {
  return [
    ...parts.flatMap((part) => [
      ...part.replicas.map(changeOf),
      ...part.surplus.map((live) => removal(live, `scaled to ${part.replicas.length}`)),
    ]),
    ...unique(orphans).map((live) => removal(live, 'no longer in the files')),
  ].filter((change) => change.host === undefined || build.hosts.has(change.host));
}

function changeOf({ replica, decision }: DecidedReplica): Change {
  const action = decision.action === 'keep' ? 'no-op' : decision.action;
  return {
    action: action === 'start' ? 'update' : action,
    kind: 'replica',
    resource: replicaName(replica.workload.id, replica.ordinal),
    host: replica.host,
    workload: replica.workload.id,
    differences: decision.differences,
    cause: causeOf(decision),
  };
}

function removal(live: LiveReplica, cause: string): Change {
  return {
    action: 'delete',
    kind: 'replica',
    resource: replicaName(live.workload, live.ordinal),
    host: live.host,
    workload: live.workload,
    differences: [],
    cause,
  };
}

/** Several generations of one ordinal on one host go as one change. */
function unique(replicas: readonly LiveReplica[]): LiveReplica[] {
  return [...new Map(replicas.map((r) => [`${r.host}\n${r.workload}\n${r.ordinal}`, r])).values()];
}
