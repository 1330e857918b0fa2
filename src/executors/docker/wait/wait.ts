import type { ContainerInspect } from '../steps/container.ts';
import type { StepRunner, StepScope } from '../steps/types.ts';
import { look, notReady, pauseOrGiveUp, type WaitStep } from './look.ts';
import { waitForProbe } from './probe.ts';
import { type Condition, healthStatus, judge, type Since, trackState } from './state.ts';

const SHORTEST_PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 500;
/** Between two looks it waits for this part of the time it has waited, so that it comes late by no more than that. */
const PAUSE_SHARE = 0.08;

/** Waits until the container is what the step asks for; a failure carries its exit code, health log and last log lines. */
export const waitForHealth: StepRunner<'health.wait'> = async (step, scope) => {
  const { until } = step;
  if (until.type === 'probe') return waitForProbe(step, until, scope);
  return waitForState(step, until, scope);
};

/** It was started by a step before this one and has not ended since: its time counts from there. */
function hasRunSince(container: ContainerInspect): boolean {
  const { State, RestartCount } = container;
  return State.Running && RestartCount === 0 && healthStatus(container) === 'none';
}

async function waitForState(step: WaitStep, until: Condition, scope: StepScope): Promise<void> {
  let since: Since | undefined;
  let first: ContainerInspect | undefined;
  let healthy: ContainerInspect | undefined;
  const begunMs = performance.now();
  for (;;) {
    const now = await look(step, scope);
    const nowMs = performance.now();
    first ??= now;
    // Engines count the restarts by policy only, not those after a restart of their own.
    if (healthy !== undefined && now.RestartCount > healthy.RestartCount) {
      throw await notReady(step, scope, 'it was healthy and then ended; its restart policy started it again');
    }
    since = trackState(now, since, since === undefined && hasRunSince(now) ? scope.readyMs : nowMs);
    const verdict = judge(until, now, first, since, nowMs);
    if (verdict.type === 'ready') return;
    if (verdict.type === 'failed') throw await notReady(step, scope, verdict.why);
    if (until.type === 'healthy' && verdict.restMs !== undefined) healthy = now;
    // One that only has to stay as it is needs no closer look.
    const pauseMs = verdict.restMs ?? Math.max(SHORTEST_PAUSE_MS, (nowMs - begunMs) * PAUSE_SHARE);
    await pauseOrGiveUp(step, scope, verdict, Math.min(pauseMs, LONGEST_PAUSE_MS));
  }
}
