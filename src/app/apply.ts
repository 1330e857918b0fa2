import type { RunContext } from '../executors/docker/steps/types.ts';
import type { RunListener, RunOutcome } from '../model/events.ts';
import { EXIT, type ExitCode } from '../model/exit-codes.ts';
import type { LiveState } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { Interrupt } from './interrupt.ts';
import { payloadSource } from './payload-source.ts';
import type { Session } from './session.ts';
import { imageRunners } from './transfer.ts';

export interface ApplyInput {
  readonly plan: Plan;
  readonly session: Session;
  readonly payloads: ReadonlyMap<string, Uint8Array>;
  readonly listener: RunListener;
  readonly interrupt: Interrupt;
  readonly revision: number;
  /** The hosts as the plan saw them; how much each takes at once follows from its processors. */
  readonly live?: LiveState | undefined;
  /** Throws when the lock is lost. */
  readonly verifyLock: () => Promise<void>;
  /** Settles once the history has the revision. */
  readonly recorded?: Promise<void>;
}

/** Runs the steps of a plan. Never throws for a step that failed: the outcome says what became of each. */
export async function applyPlan(input: ApplyInput): Promise<RunOutcome> {
  const { plan, session, interrupt, revision, verifyLock, recorded } = input;
  const [{ runSteps }, { registryAuthOf }, { gatewayRunners }, { actor }] = await Promise.all([
    import('../executors/run/run.ts'),
    import('./registry-auth.ts'),
    import('../executors/gateway/index.ts'),
    import('./marks.ts'),
  ]);
  const images = await imageRunners(plan);
  const context: RunContext = {
    stack: plan.stack,
    revision,
    payloads: payloadSource(input.payloads, plan.generated),
    registryAuth: registryAuthOf(plan.desired, input.payloads),
    verifyLock,
    ...(recorded === undefined ? {} : { recorded }),
    actor: await actor(),
    extensions: { ...gatewayRunners, ...images.runners },
  };
  const signals = { stop: interrupt.graceful, now: interrupt.now };
  try {
    const cpus = new Map(input.live?.hosts.map(({ name, engine }) => [name, engine.cpus]));
    return await runSteps(plan.steps, session.connections, context, input.listener, signals, { cpus });
  } finally {
    await images.dispose();
  }
}

/** Whether somebody else has the lock now, or nobody can say so. */
export function hasLostLock({ diagnostics }: RunOutcome): boolean {
  return diagnostics.some(({ severity, code }) => severity === 'error' && code.startsWith('lock/'));
}

export function exitCodeOf(outcome: RunOutcome): ExitCode {
  if (outcome.status === 'interrupted') return EXIT.interrupted;
  if (hasLostLock(outcome)) return EXIT.locked;
  return outcome.status === 'done' ? EXIT.done : EXIT.failed;
}
