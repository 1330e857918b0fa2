import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Plan } from '../../model/plan.ts';
import type { Policy } from '../../model/policy.ts';
import { violation } from './violation.ts';

/** Containers that would run privileged. */
export function privilegedViolations(plan: Plan, { privileged }: Policy): Diagnostic[] {
  if (privileged) return [];
  const workloads = plan.steps.flatMap((s) =>
    s.kind === 'container.create' && s.spec.privileged ? [s.replica.workload] : [],
  );
  return [...new Set(workloads)].map((workload) =>
    violation(
      'privileged',
      'a container would run privileged',
      `workload ${workload}`,
      'policy.privileged is false',
      'remove privileged: true; cap_add and devices grant what is really needed',
    ),
  );
}
