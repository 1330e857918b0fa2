import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { Drift } from '../planner/drift.ts';
import { readHistory } from './history.ts';
import { makePlan } from './make-plan.ts';
import type { SettingsFlags } from './settings.ts';
import { withStack } from './stack-session.ts';

export interface DriftReport {
  readonly stack: string;
  /** The revision the hosts are compared with. */
  readonly revision: number;
  readonly drift: readonly Drift[];
  /** Input files, for `--write`. */
  readonly files: readonly string[];
}

/**
 * Compares the hosts with the revision that was applied last, not with the files: what differs was changed there.
 *
 * @throws DiagnosticError (1) when nothing was applied yet
 */
export async function findDrift(flags: SettingsFlags): Promise<DriftReport> {
  return await withStack(flags, async ({ session, stack, settings }) => {
    const { current } = await readHistory(session, stack);
    if (current === undefined) throw new DiagnosticError([nothingApplied(stack)], EXIT.failed);
    const { desired, images, number } = current.revision;
    const { plan } = await makePlan(desired, session.readers, {
      resolve: false,
      refresh: true,
      images,
      isDestroy: true,
    });
    const { driftOf } = await import('../planner/drift.ts');
    return { stack, revision: number, drift: driftOf(plan, settings.driftIgnore), files: settings.files };
  });
}

function nothingApplied(stack: string): Diagnostic {
  return {
    severity: 'error',
    code: 'drift/nothing-applied',
    message: 'there is nothing to compare with',
    where: `stack ${stack}`,
    why: 'drift is what changed since the last apply, and the history has none',
    fix: 'stowage apply first; stowage plan compares with the files',
  };
}
