import type { HostReader } from '../../executors/transport/connection.ts';
import type { DesiredState } from '../../model/desired.ts';
import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../../model/exit-codes.ts';
import type { LiveState } from '../../model/live.ts';
import type { Plan } from '../../model/plan.ts';
import type { LedgerState, Revision, RevisionMeta } from '../../model/revision.ts';
import { lockWait, type RunFlags } from '../cli/run-flags.ts';
import { type DeployUi, deploy } from '../deploy.ts';
import { type MakePlanOptions, makePlan, observe } from '../make-plan.ts';
import type { SettingsFlags } from '../settings.ts';
import { withStack } from '../stack-session.ts';
import { payloadsOf } from './payloads.ts';

/** A change of the stack that needs no file: everything else comes from the history on the hosts. */
export interface OneOff {
  readonly action: RevisionMeta['action'];
  readonly desired: DesiredState;
  readonly images: Readonly<Record<string, string>>;
  /** Whose configs and secrets it uses. */
  readonly revisions: readonly Revision[];
  readonly question: string;
  readonly plan?: Pick<
    MakePlanOptions,
    'targets' | 'isUndo' | 'promoted' | 'whatIf' | 'drain' | 'volumeMoves' | 'volumeRestores'
  >;
  readonly undoes?: number;
  readonly notices?: readonly Diagnostic[];
}

export interface Stage {
  readonly stack: string;
  readonly history: LedgerState;
  /** What the stack is now, by the last revision that was applied completely. */
  readonly current: Revision;
  readonly readers: readonly HostReader[];
  live(): Promise<LiveState>;
}

export interface OneOffRequest {
  readonly flags: SettingsFlags & RunFlags;
  readonly ui: DeployUi;
  readonly cause: string;
  /** The plan is shown and nothing done. */
  readonly isDryRun?: boolean;
}

/** Plans a change from the history, shows it, and applies it as a revision of its own. Works from any machine. */
export async function runFromHistory(
  { flags, ui, cause, isDryRun }: OneOffRequest,
  choose: (stage: Stage) => Promise<OneOff> | OneOff,
): Promise<ExitCode> {
  return await withStack(flags, async ({ session, stack, settings }) => {
    const { openLedger } = await import('../../executors/ledger/ledger.ts');
    const { connections, readers } = session;
    const observing = observe(readers, stack, { refresh: false });
    observing.catch(() => undefined);
    const ledger = await openLedger({ stack, connections, inventory: [...connections.keys()] });
    const history = ledger.state;
    const current = history.current?.revision;
    if (current === undefined) throw new DiagnosticError([noHistory(stack)], EXIT.usage);
    const oneOff = await choose({ stack, history, current, readers, live: () => observing });
    const payloads = new Map<string, Uint8Array>();
    for (const revision of oneOff.revisions) {
      for (const [digest, bytes] of await payloadsOf(revision, (d) => ledger.payload(d))) payloads.set(digest, bytes);
    }
    const options = { resolve: false, refresh: false, images: oneOff.images, ...oneOff.plan };
    const replan = () => makePlan(oneOff.desired, readers, options);
    const made = await makePlan(oneOff.desired, readers, { ...options, live: await observing });
    await ui.warn([...settings.warnings, ...(oneOff.notices ?? []), ...made.plan.warnings]);
    if (isDryRun) return await showPlan(made.plan, ui);
    return await deploy({
      ...made,
      session,
      payloads,
      policy: settings.policy,
      question: oneOff.question,
      action: oneOff.action,
      cause: flags.cause ?? cause,
      lockWaitMs: lockWait(flags['lock-timeout']),
      replan,
      history: ledger.reading,
      targets: oneOff.plan?.targets,
      mayLose: (oneOff.plan?.volumeRestores ?? []).map((r) => r.volume),
      ui,
      ...(oneOff.undoes === undefined ? {} : { undoes: oneOff.undoes }),
    });
  });
}

async function showPlan(plan: Plan, ui: DeployUi): Promise<ExitCode> {
  const { formatPlan } = await import('../../render/plan/format.ts');
  ui.print(await formatPlan(plan, ui.json ? 'json' : 'text', ui.terminal, {}));
  return EXIT.done;
}

/** @throws DiagnosticError (64) for a name that is no workload of the stack */
export function knownWorkloads(desired: DesiredState, names: readonly string[]): readonly string[] {
  const known = desired.workloads.map((w) => w.id);
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length === 0) return names;
  throw new DiagnosticError(
    wrong.map((name) => ({
      severity: 'error',
      code: 'usage/no-such-workload',
      message: 'there is no such workload in the stack',
      where: name,
      why: `the stack has ${known.join(', ') || 'none'}`,
      fix: 'name one of them',
    })),
    EXIT.usage,
  );
}

function noHistory(stack: string): Diagnostic {
  return {
    severity: 'error',
    code: 'rollout/no-history',
    message: 'the stack has no revision that was applied completely',
    where: `stack ${stack}`,
    why: 'one-off changes and undo start from what the history on the hosts keeps',
    fix: 'apply the files first: stowage apply',
  };
}
