import type { LedgerReading } from '../executors/ledger/read.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import type { RunEvent, RunOutcome } from '../model/events.ts';
import { EXIT, type ExitCode } from '../model/exit-codes.ts';
import type { Plan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { Holder, RevisionMeta, RevisionRecord } from '../model/revision.ts';
import type { Terminal } from '../render/terminal.ts';
import { terminalOf } from '../render/terminal.ts';
import { exitCodeOf, hasLostLock } from './apply.ts';
import { confirm } from './confirm.ts';
import { onInterrupt } from './interrupt.ts';
import type { MadePlan } from './make-plan.ts';
import type { Release } from './release.ts';
import type { Session } from './session.ts';

/** How a run talks to the person or the pipeline in front of it. */
export interface DeployUi {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly yes: boolean;
  readonly color?: boolean;
  /** File that gets a line for each event. */
  readonly logFile?: string;
  print(text: string): void;
  warn(diagnostics: readonly Diagnostic[]): Promise<void>;
}

export interface DeployInput extends Pick<MadePlan, 'plan' | 'live'> {
  readonly session: Session;
  readonly payloads: ReadonlyMap<string, Uint8Array>;
  readonly policy: Policy;
  readonly question: string;
  readonly action: RevisionMeta['action'];
  /** Why, for the history. */
  readonly cause: string;
  readonly lockWaitMs: number;
  /** Makes the plan again; absent for a saved plan, which is run as it is or not at all. */
  readonly replan?: () => Promise<Pick<MadePlan, 'plan'>>;
  readonly undoes?: number;
  /** Number of the interrupted revision to go on with. */
  readonly resume?: number;
  /** The history as the plan saw it. */
  readonly history?: LedgerReading;
  /** The last revision where it did not come to its end: with nothing left to do, its end is written down. */
  readonly unfinished?: RevisionRecord | undefined;
  /** The workloads the plan is limited to. */
  readonly targets?: readonly string[] | undefined;
  readonly isDestroy?: boolean;
  /** Engine names of volumes whose data may go. */
  readonly mayLose?: readonly string[];
  readonly ui: DeployUi;
}

/**
 * Shows a plan, has it approved and runs it under the stack's lock. What was live when it was made is looked at
 * again there: a plan that somebody approved is refused when it no longer fits, one for `--yes` is made anew.
 *
 * @returns the exit code; 0 also when there is nothing to do
 * @throws DiagnosticError when the policy refuses, nobody can approve, the answer is no, or the lock is held
 */
export async function deploy(input: DeployInput): Promise<ExitCode> {
  const { plan, ui } = input;
  await show(input, plan);
  if (plan.steps.length === 0) return input.unfinished === undefined ? nothingToDo(ui) : await writeEnd(input);
  await enforcePolicy(plan, input.policy);
  const { enforceDataLoss } = await import('./data-loss.ts');
  enforceDataLoss(plan, input.mayLose ?? []);
  if (ui.json && !ui.yes) throw new DiagnosticError([jsonNeedsYes], EXIT.usage);
  await confirm(input.question, ui.yes);
  const done = await runWithProgress(input);
  if (done === undefined) return nothingToDo(ui);
  await ui.warn(done.outcome.diagnostics);
  if (done.rolledBack !== undefined) {
    const { rollBackNotices } = await import('./rollout/roll-back.ts');
    await ui.warn(rollBackNotices(done.revision, done.rolledBack));
  }
  if (!ui.json) ui.print(closingLine(done));
  const back = done.rolledBack?.outcome;
  if (back !== undefined && hasLostLock(back)) return EXIT.locked;
  return back?.status === 'done' ? EXIT.rolledBack : exitCodeOf(done.outcome);
}

async function show({ ui }: DeployInput, plan: Plan): Promise<void> {
  if (ui.json) return;
  const { renderPlan } = await import('../render/plan.ts');
  ui.print(renderPlan(plan, ui.terminal));
}

/** All of it is live already: what remains of an interrupted run is to say so in the history. */
async function writeEnd(input: DeployInput): Promise<ExitCode> {
  const done = await runWithProgress(input);
  if (done === undefined) return nothingToDo(input.ui);
  await input.ui.warn(done.outcome.diagnostics);
  if (!input.ui.json) input.ui.print(`Revision ${done.revision.number} is complete.\n`);
  return exitCodeOf(done.outcome);
}

/** Says in a stream of lines, too, that there was nothing to do. */
export function nothingToDo(ui: DeployUi): ExitCode {
  if (ui.json) ui.print(`${JSON.stringify({ type: 'run.finished', outcome: NOTHING, atMs: Date.now() })}\n`);
  return EXIT.done;
}

const NOTHING: RunOutcome = { status: 'done', done: [], failed: [], notStarted: [], diagnostics: [] };

export const jsonNeedsYes: Diagnostic = {
  severity: 'error',
  code: 'apply/not-approved',
  message: 'nothing was applied: --json cannot ask',
  why: 'a plan is applied only once somebody has approved it',
  fix: 'pass --yes beside --json',
};

/** Every rule the plan breaks. */
export async function violationsOf(plan: Plan, policy: Policy): Promise<Diagnostic[]> {
  const { checkPolicy } = await import('../planner/policy/index.ts');
  return checkPolicy(plan, policy, Date.now());
}

/** @throws DiagnosticError (77) with every rule the plan breaks */
export async function enforcePolicy(plan: Plan, policy: Policy): Promise<void> {
  const violations = await violationsOf(plan, policy);
  if (violations.length > 0) throw new DiagnosticError(violations, EXIT.policy);
}

async function runWithProgress(input: DeployInput): Promise<Release | undefined> {
  const { plan, ui } = input;
  const [{ createProgress }, { release }, { Trace }, { openLogFile }] = await Promise.all([
    import('../render/progress.ts'),
    import('./release.ts'),
    import('./trace.ts'),
    import('./log-file.ts'),
  ]);
  const about = { stack: plan.stack, action: input.action };
  const log = ui.logFile === undefined ? undefined : openLogFile(ui.logFile, about);
  const trace = new Trace();
  const terminal = await terminalOf(process.stderr, ui.color);
  const progressOf = async (of: Plan) => (ui.json ? undefined : await createProgress({ steps: of.steps, terminal }));
  let progress = await progressOf(plan);
  const listener = (event: RunEvent) => {
    progress?.listener(event);
    trace.listener(event);
    log?.listener(event);
    if (ui.json) ui.print(`${JSON.stringify(event)}\n`);
  };
  const note = (text: string) => (progress === undefined ? process.stderr.write(text) : progress.note(text));
  const interrupt = onInterrupt(note);
  try {
    return await release({
      ...input,
      stack: plan.stack,
      interrupt,
      onWait: waitNotice(note),
      planUnderLock: () => planUnderLock(input),
      listener,
      onRollBack: async (back) => {
        await progress?.finish();
        process.stderr.write('A gate failed: going back to the last good revision.\n');
        progress = await progressOf(back);
        return listener;
      },
    });
  } catch (error) {
    log?.write('error', 'run.refused', { why: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    interrupt.dispose();
    log?.close();
    await progress?.finish();
    if (ui.json) ui.print(`${JSON.stringify({ type: 'run.trace', spans: trace.spans('run', about) })}\n`);
  }
}

/** Nobody else can change the stack now, so what is seen here holds until the end. */
async function planUnderLock(input: DeployInput): Promise<Plan | undefined> {
  const { plan, replan, session, ui, live: known } = input;
  const [{ observe }, { staleObjects }] = await Promise.all([import('./make-plan.ts'), import('./plan-file.ts')]);
  const stale = await staleObjects(plan, await observe(session.readers, plan.stack, { refresh: false, known }));
  if (stale.length === 0) return plan;
  if (replan === undefined || !ui.yes) throw new DiagnosticError(stale, EXIT.stalePlan);
  const { plan: anew } = await replan();
  await enforcePolicy(anew, input.policy);
  if (!ui.json) ui.print('Another run has changed the stack; this is the plan now.\n');
  await show(input, anew);
  return anew.steps.length === 0 && input.unfinished === undefined ? undefined : anew;
}

const NOTICE_EVERY_MS = 5000;

function waitNotice(note: (text: string) => void): (holder: Holder | undefined, waitedMs: number) => void {
  let nextMs = 0;
  return (holder, waitedMs) => {
    if (waitedMs < nextMs) return;
    nextMs = waitedMs + NOTICE_EVERY_MS;
    const who =
      holder === undefined
        ? 'another run'
        : `${holder.user} on ${holder.host}${holder.ciUrl ? ` (${holder.ciUrl})` : ''}`;
    note(`waiting for the lock, held by ${who}, for ${Math.round(waitedMs / 1000)} s\n`);
  };
}

function closingLine({ plan, outcome, revision, rolledBack }: Release): string {
  if (rolledBack?.outcome.status === 'done') {
    return `Rolled back: revision ${rolledBack.to} serves again; revision ${revision.number} failed.\n`;
  }
  if (outcome.paused !== undefined) {
    const waits = outcome.paused.map((p) => `${p.workload}: ${p.reason}`).join('; ');
    return `Paused as revision ${revision.number}. ${waits}. stowage rollout promote goes on, abort goes back.\n`;
  }
  const count = `${outcome.done.length} of ${plan.steps.length} steps done`;
  if (outcome.status === 'done') return `Applied stack ${plan.stack} as revision ${revision.number}: ${count}.\n`;
  const failed = outcome.failed.length > 0 ? `, ${outcome.failed.length} failed` : '';
  const rest = outcome.notStarted.length > 0 ? `, ${outcome.notStarted.length} not started` : '';
  const head = outcome.status === 'interrupted' ? 'Stopped' : 'Failed';
  return `${head}: ${count}${failed}${rest}. stowage plan shows what remains.\n`;
}
