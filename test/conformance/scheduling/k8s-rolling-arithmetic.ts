import { parseIntOrPercent, scaledValue } from '../../../src/model/kubernetes/int-or-percent.ts';
import * as deployment from '../../../src/planner/controllers/deployment.ts';
import { resizeInRollout } from '../../../src/planner/controllers/proportional.ts';
import * as rolling from '../../../src/planner/controllers/rolling.ts';
import type { Json, Kind } from './case.ts';

const at = (time: string | null | undefined) => (time ? Date.parse(time) : undefined);

const ranked = (pods: readonly Json[]) =>
  pods
    .map((pod) => ({
      ...pod,
      readySince: at(pod.readySince),
      created: at(pod.created),
      rank: pod.podsOfSameOwnerOnNode,
    }))
    .sort(deployment.compareForDeletion)
    .map(({ name }) => name);

export const kinds: Record<string, Kind> = {
  'resolve-fenceposts': ({ replicas, maxSurge, maxUnavailable }) =>
    rolling.rollingBounds(replicas, maxSurge, maxUnavailable) ?? { error: true },
  'scaled-value': ({ value, total, roundUp }) => {
    const found = scaledValue(value, total, roundUp);
    return found === undefined ? { error: true } : { value: found };
  },
  'int-or-percent': ({ value }) => parseIntOrPercent(value) ?? { error: true },
  'max-unavailable': ({ replicas, strategy, maxSurge, maxUnavailable }) => ({
    maxUnavailable: strategy === 'RollingUpdate' ? rolling.mayBeUnavailable(replicas, maxSurge, maxUnavailable) : 0,
  }),
  'new-rs-replicas': ({ strategy, replicas, maxSurge, newReplicas, totalReplicas }) => ({
    newReplicas:
      strategy === 'Recreate' ? replicas : rolling.newSetSize(replicas, maxSurge, newReplicas, totalReplicas),
  }),
  'step-new': ({ replicas, maxSurge, oldReplicas, newReplicas }) => {
    const { scaled, size } = rolling.stepNew(replicas, maxSurge, { own: newReplicas, old: oldReplicas });
    return { scaled, newReplicas: size };
  },
  'step-old': ({ replicas, maxSurge, maxUnavailable, ...sizes }) => {
    const counts = { old: sizes.oldReplicas, oldAvailable: sizes.oldAvailable };
    const own = { own: sizes.newReplicas, ownAvailable: sizes.newAvailable };
    const { scaled, size } = rolling.stepOld(replicas, maxSurge, maxUnavailable, { ...counts, ...own });
    return { scaled, oldReplicas: size };
  },
  'step-cleanup-unhealthy': ({ oldReplicas, oldAvailable, maxCleanupCount }) => ({
    cleaned: rolling.unhealthyToClean(oldReplicas, oldAvailable, maxCleanupCount),
  }),
  'step-scale-down-old': ({ replicas, maxSurge, maxUnavailable, oldReplicas, totalAvailable }) => {
    const { scaled, size } = rolling.scaleDownOld(replicas, maxSurge, maxUnavailable, oldReplicas, totalAvailable);
    return { scaled, oldReplicas: size };
  },
  'proportional-scale': ({ replicas, maxSurge, previousReplicas, previousMaxSurge, newRS, oldRSs }) => {
    const set = (one: Json) => ({ ...one, created: Date.parse(one.created) });
    const sizes = resizeInRollout({
      replicas,
      maxSurge: scaledValue(maxSurge, replicas, true) ?? 0,
      previous: previousReplicas + (scaledValue(previousMaxSurge, previousReplicas, true) ?? 0),
      newSet: newRS ? set(newRS) : undefined,
      oldSets: oldRSs.map(set),
    });
    return { replicas: Object.fromEntries(sizes) };
  },
  'deployment-complete': ({ replicas, status }) => ({ complete: deployment.isRolloutComplete(replicas, status) }),
  'deployment-progressing': ({ oldStatus, newStatus }) => ({
    progressing: deployment.hasProgressed(oldStatus, newStatus),
  }),
  'deployment-timed-out': ({ progressDeadlineSeconds, progressingCondition, lastUpdate, now }) => {
    const reason = progressingCondition?.reason;
    if (!progressingCondition || reason === 'NewReplicaSetAvailable') return { timedOut: false };
    const elapsed = (Date.parse(now) - Date.parse(lastUpdate)) / 1000;
    return { timedOut: deployment.hasTimedOut(progressDeadlineSeconds ?? undefined, elapsed) };
  },
  'history-cleanup': ({ revisionHistoryLimit, oldRSs }) => {
    const generations = oldRSs.map((one: Json, created: number) => ({
      ...one,
      wanted: one.specReplicas,
      running: one.statusReplicas,
      created,
    }));
    return { deletions: deployment.historyToDrop(generations, revisionHistoryLimit ?? undefined).length };
  },
  'recreate-old-pods-running': ({ newRSUid, oldRSStatusReplicas, podPhasesByRS }) => {
    const old = Object.entries(podPhasesByRS ?? {}).filter(([uid]) => uid !== newRSUid);
    return {
      oldPodsRunning: deployment.hasOldRunning(
        oldRSStatusReplicas,
        old.flatMap(([, phases]) => phases as string[]),
      ),
    };
  },
  'scale-down-order': ({ pods }) => ({ deleteFirst: ranked(pods)[0] }),
  'scale-down-full-order': ({ pods }) => ({ order: ranked(pods) }),
};
