import type { RunContext } from '../executors/docker/steps/types.ts';
import type { RunListener, RunOutcome } from '../model/events.ts';
import { EXIT, type ExitCode } from '../model/exit-codes.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveState } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { Interrupt } from './interrupt.ts';
import { payloadSource } from './payload-source.ts';
import type { Session } from './session.ts';

export interface ApplyInput {
  readonly plan: Plan;
  readonly live: LiveState;
  readonly session: Session;
  readonly payloads: ReadonlyMap<string, Uint8Array>;
  readonly listener: RunListener;
  readonly interrupt: Interrupt;
}

/** Runs the steps of a plan. Never throws for a step that failed: the outcome says what became of each. */
export async function applyPlan(input: ApplyInput): Promise<RunOutcome> {
  const { plan, session, interrupt } = input;
  const [{ runSteps }, { registryAuth }] = await Promise.all([
    import('../executors/run/run.ts'),
    import('../executors/docker/images/auth.ts'),
  ]);
  const context: RunContext = {
    stack: plan.stack,
    revision: nextRevision(input.live, plan.stack),
    payloads: payloadSource(input.payloads, plan.generated),
    registryAuth,
  };
  const signals = { stop: interrupt.graceful, now: interrupt.now };
  return await runSteps(plan.steps, session.connections, context, input.listener, signals);
}

/** One more than the highest revision any live object of the stack carries. */
export function nextRevision(live: LiveState, stack: string): number {
  const labels = live.hosts.flatMap((h) =>
    h.containers.filter((c) => c.labels[LABEL.stack] === stack).map((c) => c.labels[LABEL.revision]),
  );
  return Math.max(0, ...labels.map((r) => Number(r) || 0)) + 1;
}

export function exitCodeOf(outcome: RunOutcome): ExitCode {
  if (outcome.status === 'interrupted') return EXIT.interrupted;
  return outcome.status === 'done' ? EXIT.done : EXIT.failed;
}
