import { claimFor, hasIdentity, parsePodName } from '../../../src/planner/controllers/stateful-names.ts';
import { isRunningAndReady, reconcileStateful } from '../../../src/planner/controllers/statefulset.ts';
import type { Json, Kind } from './case.ts';

export const kinds: Record<string, Kind> = {
  reconcile: ({ statefulSet, rolloutInProgress, pods }) => {
    const { replicas, podManagementPolicy, updateStrategy, deleting, statusCurrentReplicas } = statefulSet;
    const spec = {
      replicas,
      order: podManagementPolicy === 'Parallel' ? ('parallel' as const) : ('ordered' as const),
      update: updateStrategy.type === 'OnDelete' ? ('on-delete' as const) : ('rolling' as const),
      partition: updateStrategy.partition ?? undefined,
      deleting,
      currentReplicas: statusCurrentReplicas,
      inProgress: rolloutInProgress,
    };
    return reconcileStateful(
      spec,
      pods.map(({ identityOK, ...pod }: Json) => ({ ...pod, identityOk: identityOK })),
    );
  },
  'pod-name-parse': ({ podName }) => parsePodName(podName),
  'member-of': ({ statefulSet, podName }) => ({ member: parsePodName(podName).parent === statefulSet }),
  identity: ({ statefulSet, pod }) => ({ matches: hasIdentity(statefulSet, pod) }),
  claims: ({ statefulSet, ordinal, claimTemplate, selectorMatchLabels }) =>
    claimFor(statefulSet, ordinal, claimTemplate, selectorMatchLabels ?? {}),
  'running-and-ready': (pod) => ({ runningAndReady: isRunningAndReady(pod) }),
};
