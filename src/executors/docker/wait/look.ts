import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../../../model/step.ts';
import { type ContainerInspect, inspectContainer } from '../steps/container.ts';
import { stepFailure } from '../steps/failure.ts';
import type { StepScope } from '../steps/types.ts';
import { containerEvidence } from './evidence.ts';
import type { Verdict } from './state.ts';

export type WaitStep = Step<'health.wait'>;

/** The container as it is now. @throws `container/missing` */
export async function look(step: WaitStep, { host, signal }: StepScope): Promise<ContainerInspect> {
  const now = await inspectContainer(host, step.container, signal);
  if (now !== undefined) return now;
  throw stepFailure('container/missing', 'container to wait for is not there', {
    detail: step.container,
    why: 'someone removed it meanwhile',
    fix: 'plan and apply again',
  });
}

/** Sleeps before the next look, or fails when the step's time is over. */
export async function pauseOrGiveUp(
  step: WaitStep,
  scope: StepScope,
  verdict: Verdict,
  pauseMs: number,
): Promise<void> {
  const text = verdict.type === 'waiting' ? verdict.text : '';
  if (scope.elapsedMs() >= step.timeoutSeconds * 1000) {
    throw await notReady(step, scope, `${step.timeoutSeconds} s are over and it is not: ${text}`);
  }
  scope.progress(text);
  await sleep(pauseMs, undefined, { signal: scope.signal });
}

/** The failure of a wait, with what the container left behind. */
export async function notReady(step: WaitStep, scope: StepScope, why: string) {
  const what = step.until.type === 'completed' ? 'container did not complete' : 'container did not become ready';
  return stepFailure('container/not-ready', what, {
    detail: step.container,
    why,
    evidence: await containerEvidence(scope.host, step.container),
  });
}
