import type { Change } from '../../model/change.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Plan } from '../../model/plan.ts';
import type { Policy } from '../../model/policy.ts';
import { violation } from './violation.ts';

/** Changes that a `KIND.ACTION` of `forbid` names; `host-port.change` means published ports of replicas. */
export function forbiddenChanges(plan: Plan, { forbid }: Policy): Diagnostic[] {
  return forbid.flatMap((rule) =>
    plan.changes
      .filter((change) => change.action !== 'no-op' && matches(rule, change))
      .map((change) =>
        violation(
          'forbid',
          'the policy forbids this change',
          `${change.kind} ${change.resource}${change.host === undefined ? '' : ` on ${change.host}`}: ${change.action} (${change.cause})`,
          `policy.forbid names ${rule}`,
          'leave it out of the files, or lift the rule for this run',
        ),
      ),
  );
}

function matches(rule: string, change: Change): boolean {
  const dot = rule.lastIndexOf('.');
  const kind = rule.slice(0, dot).replaceAll('_', '-');
  const action = rule.slice(dot + 1);
  if (kind === 'host-port') return change.differences.some((d) => d.path === 'ports' || d.path.endsWith('.ports'));
  return (kind === '*' || kind === change.kind) && (action === '*' || action === 'change' || action === change.action);
}
