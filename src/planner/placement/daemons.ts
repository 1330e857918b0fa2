import type { PlacementRules, Toleration } from '../../model/desired.ts';
import type { WorkloadDemand } from '../../model/placement.ts';

/**
 * What a Kubernetes daemon tolerates without saying so: it runs on cordoned nodes and on nodes in trouble.
 *
 * @see kubernetes pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations
 */
export const DAEMON_TOLERATIONS: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];

const ON_HOST_NETWORK: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

/** The demand of a workload as it is scheduled: daemons of Kubernetes tolerate more than they say. */
export function scheduledDemand(workload: WorkloadDemand, onHostNetwork = false): WorkloadDemand {
  if (workload.kind !== 'daemon' || workload.profile !== 'kubernetes') return workload;
  const added = onHostNetwork ? [...DAEMON_TOLERATIONS, ON_HOST_NETWORK] : DAEMON_TOLERATIONS;
  return { ...workload, rules: { ...workload.rules, tolerations: [...workload.rules.tolerations, ...added] } };
}

/** Node affinity of a daemon's pod on one node: the requirement becomes the node's name, preferences stay. */
export function pinnedTo({ preferred }: PlacementRules['nodeAffinity'], host: string): PlacementRules['nodeAffinity'] {
  const matchFields = [{ key: 'metadata.name', operator: 'In' as const, values: [host] }];
  return { required: [{ matchExpressions: [], matchFields }], preferred };
}
