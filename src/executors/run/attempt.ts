import { setTimeout as sleep } from 'node:timers/promises';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Step } from '../../model/step.ts';
import { stepRunners } from '../docker/steps/index.ts';
import { isPassingTrouble, isSwarmTrouble } from '../docker/steps/passing.ts';
import type { RunContext, StepRunner, StepScope } from '../docker/steps/types.ts';
import { HostError } from '../transport/errors.ts';
import type { Links } from './links.ts';

export interface AttemptHooks {
  readonly signal: AbortSignal;
  /** When what the step waits for was done, by `performance.now`. */
  readonly readyMs: number;
  onProgress(text: string): void;
  onRetry(reason: string, attempt: number): void;
  onWarning(diagnostic: Diagnostic): void;
}

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 8_000;
/** How much longer a swarm's troubles are waited out: a try at it alone takes 20 s. */
const SWARM_PATIENCE = 3;

/**
 * Does a step, again and again while what stops it is known to pass: a lost connection is made anew, a registry or an
 * engine that is coming up is waited for. Steps look at what is there before they repeat anything.
 *
 * @param windowMs how long troubles of engine and registry are waited out, from the first one
 */
export async function attemptStep(
  step: Step,
  links: Links,
  context: RunContext,
  hooks: AttemptHooks,
  windowMs: number,
): Promise<void> {
  const startedMs = performance.now();
  const runner = (context.extensions?.[step.kind] ?? stepRunners[step.kind]) as StepRunner<typeof step.kind>;
  let outcomeUnknown = false;
  let troubleSinceMs: number | undefined;
  for (let attempt = 1; ; attempt++) {
    const scope: StepScope = {
      host: links.get(step.host),
      other: (name) => links.get(name),
      context,
      signal: hooks.signal,
      elapsedMs: () => performance.now() - startedMs,
      readyMs: hooks.readyMs,
      outcomeUnknown,
      progress: hooks.onProgress,
      warn: hooks.onWarning,
    };
    try {
      return await runner(step, scope);
    } catch (error) {
      if (hooks.signal.aborted || !isPassingTrouble(error)) throw error;
      troubleSinceMs ??= performance.now();
      const patienceMs = isSwarmTrouble(error) ? SWARM_PATIENCE * windowMs : windowMs;
      if (performance.now() - troubleSinceMs > patienceMs) throw error;
      outcomeUnknown ||= error instanceof HostError && error.outcomeUnknown;
      hooks.onRetry(reasonOf(error), attempt);
      if (error instanceof HostError && !links.isConnected(error.host)) await links.reconnect(error.host, hooks.signal);
      else await sleep(pauseMs(attempt), undefined, { signal: hooks.signal });
    }
  }
}

/** Doubles from try to try; spread a little, so that many steps do not come back at the same moment. */
function pauseMs(attempt: number): number {
  const base = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return base * (0.75 + Math.random() / 2);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
