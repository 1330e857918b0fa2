import type { IntOrPercent } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Plan } from '../../model/plan.ts';
import type { Policy } from '../../model/policy.ts';
import { violation } from './violation.ts';

/** How much of a workload one plan may take away at a time, or altogether. */
export function availabilityViolations(plan: Plan, policy: Policy): Diagnostic[] {
  const ready = plan.guarantees.filter((g) => g.type === 'min-ready');
  const tooFew = ready.flatMap((g) => {
    const rule = policy.minReady[g.subject] ?? policy.minReady['*'];
    const wanted = rule === undefined ? 0 : count(rule, g.of ?? 0, Math.ceil);
    if (g.value >= wanted) return [];
    const why = `policy.min-ready asks for ${wanted}, and the steps promise ${g.value} of ${g.of}`;
    return [
      violation(
        'min-ready',
        'too few replicas would be ready',
        `workload ${g.subject}`,
        why,
        'roll out start-first, or with less parallelism',
      ),
    ];
  });
  return [...tooFew, ...stopFirst(plan, policy), ...replaced(plan, policy)];
}

function stopFirst(plan: Plan, { neverStopFirst }: Policy): Diagnostic[] {
  return neverStopFirst.flatMap((workload) => {
    const promise = plan.guarantees.find((g) => g.type === 'min-ready' && g.subject === workload);
    if (promise === undefined || promise.value >= (promise.of ?? 0)) return [];
    const why = 'policy.never-stop-first names it, and a replica would stop before its successor is ready';
    return [
      violation(
        'never-stop-first',
        'a workload would be updated stop-first',
        `workload ${workload}`,
        why,
        'remove what forbids start-first: a fixed host port, a single writer of a volume',
      ),
    ];
  });
}

function replaced(plan: Plan, { maxReplaced }: Policy): Diagnostic[] {
  if (maxReplaced === undefined) return [];
  const workloads = [...new Set(plan.changes.flatMap((c) => c.workload ?? []))].sort();
  return workloads.flatMap((workload) => {
    const mine = plan.changes.filter((c) => c.workload === workload && c.kind === 'replica' && c.action !== 'create');
    const gone = mine.filter((c) => c.action === 'replace' || c.action === 'delete' || c.action === 'move').length;
    const allowed = count(maxReplaced, mine.length, Math.floor);
    if (gone <= allowed) return [];
    const why = `policy.max-replaced allows ${allowed} of ${mine.length}, and the plan replaces ${gone}`;
    return [
      violation(
        'max-replaced',
        'too many replicas would be replaced',
        `workload ${workload}`,
        why,
        'apply in parts with --target, or raise the limit for this run',
      ),
    ];
  });
}

function count(rule: IntOrPercent, of: number, round: (n: number) => number): number {
  return typeof rule === 'number' ? rule : round((Number.parseInt(rule, 10) * of) / 100);
}
