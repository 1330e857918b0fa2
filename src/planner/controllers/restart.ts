/** When a replica that ended is started again, as Swarm words it. */
export interface SwarmRestartPolicy {
  readonly condition: 'none' | 'on-failure' | 'any';
  /** 0 or absent is without limit. */
  readonly maxAttempts?: number;
  /** Attempts older than this do not count; 0 or absent counts all. */
  readonly windowSeconds?: number;
}

export interface RestartHistory {
  readonly restarts: number;
  /** False: the restarts were of another version and do not count. */
  readonly isSameVersion: boolean;
  /** Age of each restart, in seconds; absent when only the number is known. */
  readonly agesSeconds?: readonly number[];
}

/** @see swarmkit manager/orchestrator/restart, shouldRestart */
export function shouldRestart(
  { condition, maxAttempts = 0, windowSeconds = 0 }: SwarmRestartPolicy,
  isSuccess: boolean,
  history?: RestartHistory,
): boolean {
  if (condition === 'none' || (condition === 'on-failure' && isSuccess)) return false;
  if (maxAttempts === 0 || !history?.isSameVersion) return true;
  if (windowSeconds === 0) return history.restarts < maxAttempts;
  const recent = (history.agesSeconds ?? []).filter((age) => age < windowSeconds && age > 0);
  return recent.length < maxAttempts;
}
