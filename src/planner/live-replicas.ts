import { LABEL } from '../model/labels.ts';
import type { LiveContainer, LiveState } from '../model/live.ts';

/** The containers of one generation of a replica as they are on one host. */
export interface LiveReplica {
  readonly workload: string;
  readonly ordinal: number;
  readonly host: string;
  readonly pod: string;
  /** By container name within the pod, sorted by name. */
  readonly containers: readonly LiveContainer[];
}

/** All replicas of a stack, sorted by workload, ordinal, host, then the older first. */
export function liveReplicas(live: LiveState, stack: string): LiveReplica[] {
  const groups = new Map<string, LiveContainer[]>();
  for (const host of live.hosts) {
    for (const container of host.containers) {
      const { labels } = container;
      if (labels[LABEL.stack] !== stack || labels[LABEL.workload] === undefined || !isReplicaRole(labels[LABEL.role]))
        continue;
      const key = JSON.stringify([
        labels[LABEL.workload],
        Number(labels[LABEL.ordinal]),
        host.name,
        labels[LABEL.pod] ?? '',
      ]);
      groups.set(key, [...(groups.get(key) ?? []), container]);
    }
  }
  return [...groups]
    .map(([key, containers]): LiveReplica => {
      const [workload, ordinal, host, pod] = JSON.parse(key) as [string, number, string, string];
      return { workload, ordinal, host, pod, containers: containers.sort((a, b) => (a.name < b.name ? -1 : 1)) };
    })
    .sort(
      (a, b) =>
        compare(a.workload, b.workload) ||
        a.ordinal - b.ordinal ||
        compare(a.host, b.host) ||
        age(a) - age(b) ||
        compare(a.pod, b.pod),
    );
}

/** Containers that are a replica's; gateways, hooks and the ledger carry other roles. */
function isReplicaRole(role: string | undefined): boolean {
  return role === undefined || ['main', 'init', 'sidecar', 'pause'].includes(role);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function age(replica: LiveReplica): number {
  return Math.min(...replica.containers.map((c) => c.createdAt));
}

/** Containers that should be up for the replica to serve: all but init containers. */
export function servingContainers(replica: LiveReplica): LiveContainer[] {
  return replica.containers.filter((c) => c.labels[LABEL.role] !== 'init');
}

/** The container of a replica that has its network, which is what the gateway reaches. */
export function liveOwner(live: LiveReplica): string {
  const pause = live.containers.find((c) => c.labels[LABEL.role] === 'pause');
  return (pause ?? servingContainers(live)[0] ?? live.containers[0])?.name ?? '';
}

export function isRunning(replica: LiveReplica): boolean {
  return servingContainers(replica).every((c) => c.state === 'running' || c.state === 'restarting');
}
