import { openLedger } from '../executors/ledger/ledger.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../model/exit-codes.ts';
import { appliedShare } from '../model/revision-share.ts';
import { lockWait, type RunFlags } from './cli/run-flags.ts';
import { type DeployUi, deploy } from './deploy.ts';
import { makePlan } from './make-plan.ts';
import { revisionToResume } from './resume.ts';
import { payloadsOf } from './rollout/payloads.ts';
import type { SettingsFlags } from './settings.ts';
import { withStack } from './stack-session.ts';

export interface ResumeRequest {
  readonly flags: SettingsFlags & RunFlags;
  /** A saved plan beside --resume makes no sense and is refused. */
  readonly planFile: string | undefined;
  readonly ui: DeployUi;
}

/**
 * `stowage apply --resume`: goes on with the revision that was interrupted. What it is made of comes from the history
 * on the hosts, images by digest and configs and secrets included, so no file is needed.
 */
export async function runResume({ flags, planFile, ui }: ResumeRequest): Promise<ExitCode> {
  if (planFile !== undefined) throw new DiagnosticError([resumeTakesNoPlan(planFile)], EXIT.usage);
  return await withStack(flags, async ({ session, stack, settings }) => {
    const { connections, readers } = session;
    const ledger = await openLedger({ stack, connections, inventory: [...connections.keys()] });
    const record = revisionToResume(ledger.state, stack);
    const { revision } = record;
    const payloads = await payloadsOf(revision, (digest) => ledger.payload(digest));
    const { desired, images, targets } = revision;
    const replan = () =>
      makePlan(desired, readers, {
        resolve: false,
        refresh: false,
        images,
        ...(targets === undefined ? {} : { targets }),
        ...(revision.action === 'undo' ? { isUndo: true } : {}),
      });
    const made = await replan();
    await ui.warn([...settings.warnings, ...made.plan.warnings]);
    if (!ui.json) ui.print(`Going on with revision ${revision.number}, ${appliedShare(record)} % applied.\n`);
    return await deploy({
      ...made,
      session,
      payloads,
      policy: settings.policy,
      question: `Go on with revision ${revision.number} on ${made.plan.hosts.join(', ')}?`,
      action: revision.action,
      cause: flags.cause ?? 'stowage apply --resume',
      lockWaitMs: lockWait(flags['lock-timeout']),
      replan,
      resume: revision.number,
      unfinished: record,
      ...(revision.action === 'destroy' && { isDestroy: true }),
      ui,
    });
  });
}

function resumeTakesNoPlan(planFile: string): Diagnostic {
  return {
    severity: 'error',
    code: 'usage/resume-with-plan',
    message: 'a saved plan cannot be resumed',
    where: planFile,
    why: '--resume goes on with what the history keeps',
    fix: 'leave out the plan, or --resume',
  };
}
