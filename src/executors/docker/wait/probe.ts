import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe } from '../../../model/desired.ts';
import type { ReadyCondition } from '../../../model/step.ts';
import type { ContainerInspect } from '../steps/container.ts';
import type { StepScope } from '../steps/types.ts';
import { containerAddress } from './address.ts';
import { look, notReady, pauseOrGiveUp, type WaitStep } from './look.ts';
import { runProbe } from './probe-actions.ts';
import { judge, type Since, trackState } from './state.ts';

type ProbeCondition = Extract<ReadyCondition, { type: 'probe' }>;

const RUNNING = { type: 'running', stableSeconds: 0 } as const;

/**
 * Probes a container as Kubernetes does: the startup probe first, if there is one, then readiness until it has passed
 * `successThreshold` times in a row, then for `stableSeconds` more without a failure.
 */
export async function waitForProbe(step: WaitStep, until: ProbeCondition, scope: StepScope): Promise<void> {
  const watch = new Watch(step, scope);
  if (until.startup !== undefined) await pass(until.startup, watch, { limit: until.startup.failureThreshold });
  await pass(until.probe, watch, { stableMs: until.stableSeconds * 1000 });
}

/** Looks at the container before each probe; one that ended fails the wait. */
class Watch {
  #first: ContainerInspect | undefined;
  #since: Since | undefined;

  constructor(
    readonly step: WaitStep,
    readonly scope: StepScope,
  ) {}

  /** Undefined while the container is between two runs. */
  async running(): Promise<ContainerInspect | undefined> {
    const now = await look(this.step, this.scope);
    const nowMs = performance.now();
    this.#first ??= now;
    this.#since = trackState(now, this.#since, nowMs);
    const verdict = judge(RUNNING, now, this.#first, this.#since, nowMs);
    if (verdict.type === 'failed') throw await notReady(this.step, this.scope, verdict.why);
    return verdict.type === 'ready' ? now : undefined;
  }
}

interface Limits {
  /** Failures in a row after which the wait has failed; without it, only time ends it. */
  readonly limit?: number;
  readonly stableMs?: number;
}

async function pass(probe: Probe, watch: Watch, { limit, stableMs = 0 }: Limits): Promise<void> {
  const { step, scope } = watch;
  await sleep(Math.max(0, probe.initialDelaySeconds * 1000), undefined, { signal: scope.signal });
  let successes = 0;
  let failures = 0;
  let passingSinceMs = 0;
  for (;;) {
    const container = await watch.running();
    const problem =
      container === undefined
        ? 'not running'
        : await runProbe(probe, step.container, scope, () => containerAddress(container, scope));
    if (problem === undefined) {
      if (successes++ === 0) passingSinceMs = performance.now();
      failures = 0;
      if (successes >= probe.successThreshold && performance.now() - passingSinceMs >= stableMs) return;
    } else {
      successes = 0;
      if (limit !== undefined && ++failures >= limit)
        throw await notReady(step, scope, `its startup probe failed: ${problem}`);
    }
    const text = problem === undefined ? `probe passed ${successes} times` : `probe failed: ${problem}`;
    const pauseMs = Math.min(
      probe.periodSeconds * 1000,
      stableMs > 0 || problem !== undefined ? 1000 : Number.POSITIVE_INFINITY,
    );
    await pauseOrGiveUp(step, scope, { type: 'waiting', text }, Math.max(50, pauseMs));
  }
}
