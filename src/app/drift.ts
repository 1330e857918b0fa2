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
 * @param objects workloads, replicas or other objects to look at; none is all
 * @throws DiagnosticError (1) when nothing was applied yet, (64) for an object that is not there
 */
export async function findDrift(flags: SettingsFlags, objects: readonly string[] = []): Promise<DriftReport> {
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
    const all = driftOf(plan, settings.driftIgnore);
    const known = new Set([...desired.workloads.map((w) => w.id), ...all.map(({ change }) => change.resource)]);
    const unknown = objects.filter((name) => !known.has(name));
    if (unknown.length > 0) throw new DiagnosticError(unknown.map(notOfTheStack), EXIT.usage);
    const isAsked = ({ change }: Drift) =>
      objects.length === 0 || objects.includes(change.resource) || objects.includes(change.workload ?? '');
    return { stack, revision: number, drift: all.filter(isAsked), files: settings.files };
  });
}

function notOfTheStack(name: string): Diagnostic {
  return {
    severity: 'error',
    code: 'drift/no-such-object',
    message: 'there is no such object in the stack',
    where: name,
    fix: 'name a workload, or a resource as stowage drift lists it',
  };
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
