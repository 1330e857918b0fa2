import type { JobPolicy } from '../../model/desired.ts';

/** Runs of a job so far. */
export interface JobCounts {
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Since the first run started. */
  readonly elapsedSeconds: number;
}

export interface JobDecision {
  readonly state: 'running' | 'complete' | 'failed';
  readonly start: number;
  readonly stop: number;
  /** Why it failed. */
  readonly reason?: string;
}

/**
 * What a job does next: as many runs at a time as it may, until enough succeeded; without a number of completions one
 * success is enough, and nothing is started after it. Too many failures or the deadline end it.
 *
 * @see kubernetes pkg/controller/job, manageJob
 */
export function decideJob(policy: JobPolicy, counts: JobCounts): JobDecision {
  const { completions, parallelism, backoffLimit, deadlineSeconds } = policy;
  const { active, succeeded, failed, elapsedSeconds } = counts;
  const end = (state: 'complete' | 'failed', reason?: string): JobDecision => ({
    state,
    start: 0,
    stop: active,
    reason,
  });
  if (failed > backoffLimit) return end('failed', `${failed} runs failed, more than ${backoffLimit}`);
  if (deadlineSeconds !== undefined && elapsedSeconds >= deadlineSeconds) {
    return end('failed', `not done within ${deadlineSeconds} s`);
  }
  if (completions !== undefined && succeeded >= completions) return end('complete');
  if (completions === undefined && succeeded > 0 && active === 0) return end('complete');
  const wanted =
    completions === undefined ? openEnded(parallelism, counts) : Math.min(parallelism, completions - succeeded);
  return { state: 'running', start: Math.max(0, wanted - active), stop: Math.max(0, active - wanted) };
}

function openEnded(parallelism: number, { active, succeeded }: JobCounts): number {
  return succeeded > 0 ? Math.min(active, parallelism) : parallelism;
}
