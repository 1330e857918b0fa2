import type { LedgerReading } from '../executors/ledger/read.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../model/exit-codes.ts';
import type { LiveState } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { LedgerState } from '../model/revision.ts';
import { unfinishedRevision } from '../model/revision-share.ts';
import { openOptions } from './cli/open-options.ts';
import type { PlanFlags } from './cli/plan-flags.ts';
import { lockWait, type RunFlags } from './cli/run-flags.ts';
import type { CompiledStack } from './compile.ts';
import { enforceUnused, unusedNames } from './data-loss.ts';
import { type DeployUi, deploy } from './deploy.ts';
import { historyNotices } from './history-notices.ts';
import { makePlan, observe } from './make-plan.ts';
import { checkFresh, loadPlan } from './plan-file.ts';
import { compileFor, planOptions, settle } from './prepare.ts';
import { pruneAfterApply } from './prune-history.ts';
import { readingForPlan } from './resume.ts';
import type { Session } from './session.ts';
import type { SettingsFlags } from './settings.ts';
import { awayReplicas, withSessionWithout } from './without.ts';

export interface ApplyRequest {
  readonly flags: SettingsFlags & PlanFlags & RunFlags & { readonly without?: readonly string[] };
  /** Saved plan to run as it is. */
  readonly planFile?: string;
  readonly ui: DeployUi;
}

/** `stowage apply`: plan and run, or run a saved plan. */
export async function runApply({ flags, planFile, ui }: ApplyRequest): Promise<ExitCode> {
  const saved = planFile === undefined ? undefined : loadPlan(planFile);
  const settings = await settle(flags);
  const { without = [] } = flags;
  const { hosts } = settings.inventory;
  const compiling = () => compileFor(settings, flags);
  return await withSessionWithout(hosts, without, openOptions(settings), compiling, async (session, compiled) => {
    const stack = saved?.stack ?? compiled.desired.stack;
    const options = {
      ...planOptions(flags, compiled),
      ...pruneAfterApply(compiled.desired, session.readers, flags.target),
      away: await awayReplicas(session.readers, stack, without),
    };
    const reading = readingForPlan(session.readers, stack);
    const opened = ui.yes ? reading.then((read) => openedEarly(read, session, stack)) : reading;
    opened.catch(() => undefined);
    const [made, { state: history }] = await Promise.all([
      saved === undefined ? makePlan(compiled.desired, session.readers, options) : freshPlan(saved, compiled, session),
      reading,
    ]);
    const told = historyNotices(history, made);
    const mayLose = flags['allow-data-loss'] ?? [];
    enforceUnused(made.plan);
    const unused = unusedNames(made.plan, mayLose);
    await ui.warn([...settings.warnings, ...compiled.diagnostics, ...told, ...made.plan.warnings, ...unused]);
    if (made.plan.steps.length === 0) await repair(session, stack, history, made.live, ui);
    return await deploy({
      ...made,
      session,
      payloads: compiled.payloads,
      policy: settings.policy,
      question: `Apply this plan to ${made.plan.hosts.join(', ')}?`,
      action: 'apply',
      cause: flags.cause ?? 'stowage apply',
      lockWaitMs: lockWait(flags['lock-timeout']),
      history: await opened,
      unfinished: unfinishedRevision(history.revisions),
      targets: flags.target,
      mayLose,
      ui,
      ...(saved === undefined && {
        replan: () => makePlan(compiled.desired, session.readers, options),
      }),
    });
  });
}

/** A history without its container of access (after a destroy) is opened while the plan is made, when nobody is asked about it. */
async function openedEarly(read: LedgerReading, { connections }: Session, stack: string): Promise<LedgerReading> {
  if (read.copies.length > 0 || read.isNone) return read;
  const { openLedger } = await import('../executors/ledger/ledger.ts');
  return (await openLedger({ stack, connections, inventory: [...connections.keys()], known: read })).reading;
}

/** A run with steps brings the copies of the history up to date by itself. */
async function repair(
  session: Session,
  stack: string,
  history: LedgerState,
  live: LiveState,
  ui: DeployUi,
): Promise<void> {
  const { repairHistory } = await import('./repair-history.ts');
  const hosts = await repairHistory(session, stack, history, live);
  if (hosts.length > 0 && !ui.json) ui.print(`The history on ${hosts.join(', ')} is up to date again.\n`);
}

/** The saved plan, checked against what is live and against the secrets as they are now. */
async function freshPlan(plan: Plan, { payloads }: CompiledStack, session: Session) {
  const live = await observe(session.readers, plan.stack, { refresh: false });
  await checkFresh(plan, live);
  const missing = missingPayloads(plan, payloads);
  if (missing.length > 0) throw new DiagnosticError(missing, EXIT.stalePlan);
  return { plan, live };
}

/** Digests the steps need whose bytes the inputs no longer give. */
function missingPayloads(plan: Plan, payloads: ReadonlyMap<string, Uint8Array>): Diagnostic[] {
  const needed = plan.steps.flatMap((s) => {
    if (s.kind !== 'container.create') return [];
    const files = s.spec.files.map((f) => ({ digest: f.digest, what: `file ${f.target}`, replica: s.replica }));
    const env = Object.entries(s.spec.env).flatMap(([name, value]) =>
      'digest' in value ? [{ digest: value.digest, what: `variable ${name}`, replica: s.replica }] : [],
    );
    return [...files, ...env];
  });
  return needed
    .filter(({ digest }) => !payloads.has(digest) && plan.generated[digest] === undefined)
    .map(({ what, replica }) => ({
      severity: 'error',
      code: 'plan/payload-changed',
      message: 'a config or secret is no longer what was planned',
      where: `${what} of ${replica.workload}.${replica.ordinal}`,
      why: 'a plan holds only digests, and no input has the bytes of this one now',
      fix: 'plan again, and have the new plan reviewed',
    }));
}
