import { LABEL } from '../../../model/labels.ts';
import type { ReadyCondition } from '../../../model/step.ts';
import type { ContainerInspect } from '../steps/container.ts';

/** What one look at a container says about the condition it is waited for. */
export type Verdict =
  | { readonly type: 'ready' }
  /** `restMs`: it is ready then, unless something happens to it before. */
  | { readonly type: 'waiting'; readonly text: string; readonly restMs?: number }
  | { readonly type: 'failed'; readonly why: string };

export type Condition = Exclude<ReadyCondition, { type: 'probe' }>;

/** What was seen at the start of the time that the container has been as it is. */
export interface Since {
  /** Milliseconds of the caller's own clock. */
  readonly atMs: number;
  readonly key: string;
}

/** Restarts while being watched after which a container without a check counts as crashing. */
const CRASH_LOOP_RESTARTS = 3;
/** An engine that restarts stops its containers and starts them again. */
const ENGINE_RESTART_MS = 10_000;

/**
 * Judges one inspect document. Time is counted by the caller's clock from the moment a state was first seen, so a
 * host's clock does not matter.
 *
 * @param since  from `trackState`
 * @param first  the first inspect document of this wait
 */
export function judge(
  until: Condition,
  now: ContainerInspect,
  first: ContainerInspect,
  since: Since,
  nowMs: number,
): Verdict {
  const { State } = now;
  const heldMs = nowMs - since.atMs;
  if (until.type === 'completed') return judgeCompleted(now, heldMs);
  if (State.Status === 'created') return { type: 'failed', why: 'it was not started' };
  if (State.Status === 'exited' || State.Status === 'dead') {
    return until.type === 'running' && endedWell(now) ? { type: 'ready' } : judgeEnded(now, heldMs);
  }
  const isWatched = until.type === 'running' || until.stableSeconds > 0;
  if (now.RestartCount - first.RestartCount >= CRASH_LOOP_RESTARTS && isWatched) {
    return { type: 'failed', why: `it keeps ending (${endedHow(now)}) and was restarted ${now.RestartCount} times` };
  }
  if (!State.Running || State.Restarting) return { type: 'waiting', text: `${State.Status}, ${endedHow(now)}` };
  const isChecked = until.type === 'running' && healthStatus(now) !== 'none';
  const health = until.type === 'healthy' || isChecked ? judgeHealth(now) : undefined;
  if (health !== undefined) return health;
  const stableSeconds = isChecked ? (until.checkedStableSeconds ?? until.stableSeconds) : until.stableSeconds;
  const restMs = stableSeconds * 1000 - heldMs;
  return restMs <= 0
    ? { type: 'ready' }
    : { type: 'waiting', text: `stable for ${Math.floor(heldMs / 1000)} s`, restMs };
}

/** When the container came into the state it is in: a new start, restart or health status begins anew. */
export function trackState(now: ContainerInspect, since: Since | undefined, nowMs: number): Since {
  const { State } = now;
  const key = [State.Status, State.StartedAt, now.RestartCount, healthStatus(now)].join(' ');
  return since?.key === key ? since : { atMs: nowMs, key };
}

/** A check that only ends its container is none as long as it does not fail for good. */
export function healthStatus({ State, Config }: ContainerInspect): 'none' | 'starting' | 'healthy' | 'unhealthy' {
  const status = State.Health?.Status ?? 'none';
  return Config.Labels?.[LABEL.aliveCheck] !== undefined && status !== 'unhealthy' ? 'none' : status;
}

/** Exit code and cause of the last end, in words. */
export function endedHow({ State }: ContainerInspect): string {
  if (State.OOMKilled) return 'killed: out of memory';
  return State.Error === '' ? `exit code ${State.ExitCode}` : `exit code ${State.ExitCode}, ${State.Error}`;
}

function judgeCompleted(now: ContainerInspect, heldMs: number): Verdict {
  const { State } = now;
  if (State.Status === 'created') return { type: 'failed', why: 'it was not started' };
  if (State.Status !== 'exited' && State.Status !== 'dead') return { type: 'waiting', text: State.Status };
  return State.ExitCode === 0 ? { type: 'ready' } : judgeEnded(now, heldMs);
}

/** Nothing says that it should go on: a one-shot that has done its work. */
function endedWell({ State, HostConfig }: ContainerInspect): boolean {
  return State.ExitCode === 0 && !['always', 'unless-stopped'].includes(HostConfig.RestartPolicy.Name);
}

function judgeEnded(now: ContainerInspect, heldMs: number): Verdict {
  const comesBack = ['always', 'unless-stopped'].includes(now.HostConfig.RestartPolicy.Name);
  if (comesBack && heldMs < ENGINE_RESTART_MS) return { type: 'waiting', text: `ended, ${endedHow(now)}` };
  return { type: 'failed', why: `it ended with ${endedHow(now)}` };
}

/** Undefined when healthy. */
function judgeHealth({ State }: ContainerInspect): Verdict | undefined {
  switch (State.Health?.Status) {
    case 'healthy':
      return undefined;
    case 'unhealthy':
      return { type: 'failed', why: `its health check failed ${State.Health.FailingStreak} times` };
    case 'starting':
      return { type: 'waiting', text: 'health check is starting' };
    default:
      return { type: 'failed', why: 'neither the file nor the image gives it a health check' };
  }
}
