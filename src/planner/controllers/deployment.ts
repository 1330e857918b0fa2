/** Counts a workload reports during a rollout. */
export interface RolloutCounts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas?: number;
  readonly availableReplicas: number;
}

/** All replicas are new and serve, and none is left over. */
export function isRolloutComplete(wanted: number, counts: RolloutCounts): boolean {
  return counts.updatedReplicas === wanted && counts.replicas === wanted && counts.availableReplicas === wanted;
}

/** More new replicas, fewer old ones, or more that are ready or available than before. */
export function hasProgressed(before: RolloutCounts, now: RolloutCounts): boolean {
  return (
    now.updatedReplicas > before.updatedReplicas ||
    now.replicas - now.updatedReplicas < before.replicas - before.updatedReplicas ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    now.availableReplicas > before.availableReplicas
  );
}

/** The largest number there is stands for "never". */
const NEVER = 2147483647;

/** No progress for longer than the deadline; a rollout that was complete, or never began, does not time out. */
export function hasTimedOut(deadlineSeconds: number | undefined, secondsSinceProgress: number | undefined): boolean {
  if (deadlineSeconds === undefined || deadlineSeconds === NEVER || secondsSinceProgress === undefined) return false;
  return secondsSinceProgress > deadlineSeconds;
}

export interface OldGeneration {
  readonly name: string;
  readonly wanted: number;
  readonly running: number;
  readonly deleting: boolean;
  /** Any number that grows with time. */
  readonly created: number;
}

/** The oldest empty generations beyond the number to keep. */
export function historyToDrop<T extends OldGeneration>(generations: readonly T[], keep: number | undefined): T[] {
  if (keep === undefined || keep === NEVER) return [];
  const alive = generations.filter(({ deleting }) => !deleting).sort((a, b) => a.created - b.created);
  const surplus = alive.slice(0, Math.max(0, alive.length - keep));
  return surplus.filter(({ wanted, running }) => wanted === 0 && running === 0);
}

/** Before `recreate` starts anything new: is an old replica still there in any state but ended? */
export function hasOldRunning(oldCounts: readonly number[], oldPhases: readonly string[]): boolean {
  return oldCounts.some((count) => count > 0) || oldPhases.some((phase) => phase !== 'Failed' && phase !== 'Succeeded');
}

export interface RankedPod {
  readonly nodeName: string;
  readonly phase: string;
  readonly ready: boolean;
  /** Milliseconds since the epoch; absent when not known. */
  readonly readySince?: number;
  readonly restarts: number;
  readonly created?: number;
  /** Pods of the same owner on its node. */
  readonly rank: number;
}

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Which of two pods a shrinking ReplicaSet deletes first: without a node, pending, not ready, on the fuller node, ready
 * for a shorter time, restarted more often, younger. An unknown time counts as the shortest.
 *
 * @returns negative when `a` goes first
 * @see kubernetes pkg/controller, ActivePodsWithRanks
 */
export function compareForDeletion(a: RankedPod, b: RankedPod): number {
  return (
    Number(a.nodeName !== '') - Number(b.nodeName !== '') ||
    (PHASES[a.phase] ?? 0) - (PHASES[b.phase] ?? 0) ||
    Number(a.ready) - Number(b.ready) ||
    b.rank - a.rank ||
    (a.ready && b.ready ? younger(a.readySince, b.readySince) : 0) ||
    b.restarts - a.restarts ||
    younger(a.created, b.created)
  );
}

function younger(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  return b === undefined ? 1 : b - a;
}
