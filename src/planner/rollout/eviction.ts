import type { DesiredState, DisruptionBudget, Workload } from '../../model/desired.ts';
import { scaledValue } from '../../model/kubernetes/int-or-percent.ts';
import { isRunning } from '../live-replicas.ts';
import type { DecidedReplica, WorkloadBuild } from '../steps/context.ts';
import type { OrderChoice } from './order.ts';
import { type Pace, paceOf } from './pace.ts';

/** True when replicas only change their host: no new version is rolled out, so no strategy has anything to say. */
export function isEviction(replicas: readonly DecidedReplica[]): boolean {
  return (
    replicas.length > 0 &&
    replicas.every(({ decision: { action, differences } }) => action === 'move' && differences.length === 0)
  );
}

/**
 * How fast replicas are moved: as the workload is updated, one at a time where that would be all at once, and never
 * with more of them down than its disruption budgets allow.
 */
export function evictionPace({ workload, replicas }: WorkloadBuild, order: OrderChoice, desired: DesiredState): Pace {
  const isAtOnce = workload.rollout.strategy === 'recreate';
  const pace = isAtOnce ? { surge: 0, unavailable: 1, delayMs: 0 } : paceOf(workload, replicas.length, order);
  const serving = replicas.filter(({ decision: { current, old } }) =>
    [...(current ? [current] : []), ...old].some(isRunning),
  );
  const allowed = allowedDown(workload.id, serving.length - replicas.length, desired);
  if (allowed === undefined) return pace;
  const unavailable = Math.min(pace.unavailable, allowed);
  const isStuck = pace.surge === 0 && unavailable === 0;
  return { ...pace, unavailable, surge: isStuck && order.order === 'start-first' ? 1 : pace.surge };
}

/**
 * How many replicas of a workload may be down at a time by the disruption budgets it is in. What several workloads
 * share is divided among them, since they are moved at the same time. A percentage is rounded up, as in Kubernetes.
 *
 * @param missing 0, or less by each replica that does not run now
 * @returns undefined when it is in no budget
 */
export function allowedDown(workload: string, missing: number, desired: DesiredState): number | undefined {
  const budgets = desired.disruptionBudgets.filter((b) => b.workloads.includes(workload));
  if (budgets.length === 0) return undefined;
  return Math.max(0, Math.min(...budgets.map((budget) => share(budget, missing, desired))));
}

function share(budget: DisruptionBudget, missing: number, { workloads }: DesiredState): number {
  const expected = workloads.filter((w) => budget.workloads.includes(w.id)).reduce((sum, w) => sum + w.replicas, 0);
  const down =
    budget.maxUnavailable === undefined
      ? expected - (scaledValue(budget.minAvailable ?? 0, expected, true) ?? 0)
      : (scaledValue(budget.maxUnavailable, expected, true) ?? 0);
  return Math.floor((Math.max(0, down) + missing) / budget.workloads.length);
}

/** Why no replica of the workload may be moved; undefined when one may. */
export function evictionRefusal(workload: Workload, order: OrderChoice, desired: DesiredState): string | undefined {
  if (order.order === 'start-first' || workload.kind === 'daemon') return undefined;
  if (allowedDown(workload.id, 0, desired) !== 0) return undefined;
  const budget = desired.disruptionBudgets.find((b) => b.workloads.includes(workload.id))?.id ?? '';
  return `disruption budget ${budget} lets none be down, and two cannot be up at once: ${order.reason}`;
}
