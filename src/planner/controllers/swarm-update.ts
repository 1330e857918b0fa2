/** `update_config` or `rollback_config` of a service, as far as deciding goes. */
export interface UpdateConfig {
  /** 0 is all at once. */
  readonly parallelism: number;
  readonly failureAction: 'pause' | 'continue' | 'rollback';
  readonly maxFailureRatio: number;
  readonly order?: 'stop-first' | 'start-first';
}

export type UpdateState =
  | 'updating'
  | 'paused'
  | 'completed'
  | 'rollback_started'
  | 'rollback_paused'
  | 'rollback_completed';

/** How many replicas are updated at a time. */
export function updateBatch({ parallelism }: Pick<UpdateConfig, 'parallelism'>, stale: number): number {
  return parallelism === 0 ? stale : Math.min(parallelism, stale);
}

/**
 * Where an update goes after so many of its new replicas failed within the monitor period. The ratio is of all
 * replicas the update has to replace. A rollback is never rolled back.
 *
 * @see swarmkit manager/orchestrator/update, Run
 */
export function afterFailures(
  state: 'updating' | 'rollback_started',
  config: UpdateConfig,
  failed: number,
  stale: number,
): UpdateState {
  if (config.failureAction === 'continue' || failed / stale <= config.maxFailureRatio) return state;
  if (state === 'rollback_started') return 'rollback_paused';
  return config.failureAction === 'pause' ? 'paused' : 'rollback_started';
}

export interface UpdateOutcome {
  readonly state: UpdateState;
  /** Replicas that were replaced when it stopped. */
  readonly replaced: number;
}

/**
 * Plays an update through: batch by batch, until all stale replicas are replaced or failures stop it.
 *
 * @param fails whether the n-th new replica (from 0) fails
 */
export function playUpdate(
  state: 'updating' | 'rollback_started',
  config: UpdateConfig,
  stale: number,
  fails: (index: number) => boolean,
): UpdateOutcome {
  let replaced = 0;
  let failed = 0;
  while (replaced < stale) {
    const batch = Math.min(updateBatch(config, stale), stale - replaced);
    for (let i = 0; i < batch; i++) if (fails(replaced + i)) failed++;
    replaced += batch;
    const next = afterFailures(state, config, failed, stale);
    if (next !== state) return { state: next, replaced };
  }
  return { state: state === 'updating' ? 'completed' : 'rollback_completed', replaced };
}
