import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import type { RunEvent, RunOutcome } from '../model/events.ts';
import { EXIT, type ExitCode } from '../model/exit-codes.ts';
import type { Plan } from '../model/plan.ts';
import type { AuditLine, LedgerState } from '../model/revision.ts';
import { terminalOf } from '../render/terminal.ts';
import { applyPlan, exitCodeOf } from './apply.ts';
import { type DeployUi, enforcePolicy } from './deploy.ts';
import { type Interrupt, onInterrupt } from './interrupt.ts';
import type { StackSession } from './stack-session.ts';

/** A plan that prunes, and the history it was made from. */
export interface MadePrune {
  readonly plan: Plan;
  readonly history: LedgerState;
}

export interface PruneRun {
  readonly on: StackSession;
  /** What was approved. */
  readonly made: MadePrune;
  /** Makes it again, under the lock. */
  readonly make: () => Promise<MadePrune>;
  readonly ui: DeployUi;
  readonly lockWaitMs: number;
  readonly cause: string | undefined;
}

/**
 * Runs the steps of a prune under the stack's lock, and notes it in the audit: what the stack runs stays as it is, so
 * there is no revision to go back to.
 *
 * @throws DiagnosticError 75 when another run holds the lock, 76 when the stack has changed since the plan was approved
 */
export async function prune({ on, made, make, ui, lockWaitMs, cause }: PruneRun): Promise<ExitCode> {
  const { session, stack, settings } = on;
  const [{ openLedger }, { acquireLock }, { describeHolder }] = await Promise.all([
    import('../executors/ledger/ledger.ts'),
    import('../executors/ledger/lock/lock.ts'),
    import('../executors/ledger/lock/holder.ts'),
  ]);
  const { connections } = session;
  const ledger = await openLedger({ stack, connections, inventory: [...connections.keys()] });
  const by = describeHolder(process.env);
  const interrupt = onInterrupt((text) => process.stderr.write(text));
  const { members, token: lastToken } = ledger;
  const signal = interrupt.graceful;
  const lock = await acquireLock({
    name: stack,
    members,
    connections,
    holder: by,
    lastToken,
    waitMs: lockWaitMs,
    signal,
  });
  try {
    const { plan } = await make();
    if (!isSame(plan, made.plan)) {
      if (!ui.yes) throw new DiagnosticError([stale(stack)], EXIT.stalePlan);
      await enforcePolicy(plan, settings.policy);
    }
    const revision = made.history.current?.revision.number ?? 0;
    const outcome = await run(plan, ui, { session, revision, interrupt, verifyLock: () => lock.verify() });
    if (ledger.state.hosts.length > 0) await ledger.note(auditLine(by, plan, outcome, cause));
    await ui.warn(outcome.diagnostics);
    if (!ui.json) ui.print(closingLine(plan, outcome));
    return exitCodeOf(outcome);
  } finally {
    interrupt.dispose();
    await lock.release();
  }
}

interface Running {
  readonly session: StackSession['session'];
  readonly revision: number;
  readonly interrupt: Interrupt;
  readonly verifyLock: () => Promise<void>;
}

async function run(plan: Plan, ui: DeployUi, running: Running): Promise<RunOutcome> {
  const [{ createProgress }, { openLogFile }] = await Promise.all([
    import('../render/progress.ts'),
    import('./log-file.ts'),
  ]);
  const log = ui.logFile === undefined ? undefined : openLogFile(ui.logFile, { stack: plan.stack, action: 'prune' });
  const terminal = await terminalOf(process.stderr, ui.color);
  const progress = ui.json ? undefined : await createProgress({ steps: plan.steps, terminal });
  const listener = (event: RunEvent) => {
    progress?.listener(event);
    log?.listener(event);
    if (ui.json) ui.print(`${JSON.stringify(event)}\n`);
  };
  try {
    return await applyPlan({ ...running, plan, payloads: new Map(), listener });
  } finally {
    log?.close();
    await progress?.finish();
  }
}

function isSame(a: Plan, b: Plan): boolean {
  return JSON.stringify([a.steps, a.fingerprints]) === JSON.stringify([b.steps, b.fingerprints]);
}

function auditLine(by: AuditLine['by'], plan: Plan, outcome: RunOutcome, cause: string | undefined): AuditLine {
  const text = cause ?? `stowage prune: ${removed(plan)}`;
  return { atMs: Date.now(), action: 'prune', by, outcome: outcome.status, text };
}

/** `3 images, 1 network` */
function removed({ changes }: Plan): string {
  const counts = new Map<string, number>();
  for (const { kind } of changes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`).join(', ');
}

function closingLine(plan: Plan, outcome: RunOutcome): string {
  if (outcome.status === 'done') return `Removed ${removed(plan)}.\n`;
  const head = outcome.status === 'interrupted' ? 'Stopped' : 'Failed';
  return `${head}: ${outcome.done.length} of ${plan.steps.length} steps done. Run it again for the rest.\n`;
}

function stale(stack: string): Diagnostic {
  return {
    severity: 'error',
    code: 'plan/stale',
    message: 'what may go has changed since the plan was shown',
    where: `stack ${stack}`,
    why: 'another run was at work meanwhile; nothing was removed',
    fix: 'run stowage prune again and look at the new plan',
  };
}
