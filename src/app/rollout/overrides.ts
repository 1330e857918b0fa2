import type { DesiredState } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { type Override, overridesBeside, overridesOf } from '../../model/overrides.ts';
import type { LedgerState, Revision } from '../../model/revision.ts';

/**
 * One-off changes that hold beside the files. With `files` those that applying them now takes back; what they say by
 * now themselves is none any more.
 */
export function overrideNotices(state: LedgerState, files?: DesiredState): Diagnostic[] {
  const all = overridesOf(state);
  return (files === undefined ? all : overridesBeside(all, files)).map((override) => ({
    severity: 'warning',
    code: 'rollout/override',
    message: files === undefined ? 'a one-off change holds' : 'a one-off change is taken back by the files',
    where: whereOf(override),
    why: `${override.what} ${override.from} → ${override.to}, ${byWhom(state, override)}`,
    fix: 'write it into the files to keep it',
  }));
}

function whereOf({ workload, container }: Override): string {
  return container === undefined || container === workload ? workload : `${workload}/${container}`;
}

function byWhom({ revisions }: LedgerState, { revision }: Override): string {
  const made: Revision | undefined = revisions.find((r) => r.revision.number === revision)?.revision;
  return made === undefined
    ? `revision ${revision}`
    : `${made.cause}, by ${made.by.user} on ${made.by.host} as revision ${revision}`;
}
