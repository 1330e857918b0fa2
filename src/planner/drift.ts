import type { Change, Difference } from '../model/change.ts';
import type { Plan } from '../model/plan.ts';

/** What was changed on the hosts, one entry per object. */
export interface Drift {
  readonly change: Change;
  readonly differences: readonly Difference[];
}

/**
 * What a plan back to the last applied state would change, less what is ignored.
 *
 * @param plan   of the desired state that was applied last, on refreshed live state: all its changes are drift
 * @param ignore `WORKLOAD.ATTRIBUTE` patterns; `*` stands for any run of characters, also in the attribute
 */
export function driftOf(plan: Plan, ignore: readonly string[]): Drift[] {
  const patterns = ignore.map(toPattern);
  return plan.changes.flatMap((change) => {
    if (change.action === 'no-op') return [];
    const subject = change.workload ?? change.resource;
    const isIgnored = (path: string) => patterns.some((pattern) => pattern.test(`${subject}.${path}`));
    const differences = change.differences.filter((d) => !isIgnored(d.path));
    const onlyIgnored = change.differences.length > 0 && differences.length === 0;
    return onlyIgnored || isIgnored(change.action) ? [] : [{ change, differences }];
  });
}

function toPattern(text: string): RegExp {
  const escaped = text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}
