import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Guarantee } from '../../model/plan.ts';
import { isRunning } from '../live-replicas.ts';
import { chooseOrder } from '../rollout/order.ts';
import { paceOf } from '../rollout/pace.ts';
import { type Build, makesContainers, type WorkloadBuild } from '../steps/context.ts';

/**
 * Workloads whose steps would leave fewer replicas ready than their own rollout policy allows. A mistake of the
 * planner, found before it is one on the hosts; what the plan has to take down for another reason is none.
 *
 * @param forced workloads of which replicas are stopped up front: their network or a port of theirs goes to another
 */
export function brokenPolicies(
  parts: readonly WorkloadBuild[],
  guarantees: readonly Guarantee[],
  build: Build,
  forced: ReadonlySet<string>,
): Diagnostic[] {
  return parts.flatMap((part) => {
    const ready = guarantees.find((g) => g.type === 'min-ready' && g.subject === part.workload.id);
    if (ready === undefined || forced.has(part.workload.id)) return [];
    const floor = allowedFloor(part, build);
    return ready.value >= floor ? [] : [broken(part, ready.value, floor)];
  });
}

/** Replicas that must stay ready: those that run, less what the policy lets be missing. */
function allowedFloor(part: WorkloadBuild, build: Build): number {
  const { workload, replicas } = part;
  const exchanged = replicas.filter((d) => makesContainers(d) && d.decision.old.length > 0);
  const running = replicas.filter(
    ({ decision }) => decision.old.some(isRunning) || (decision.current !== undefined && isRunning(decision.current)),
  ).length;
  if (exchanged.length === 0) return Math.min(running, replicas.length);
  const order = chooseOrder(workload, build.specs);
  const { unavailable } = paceOf(workload, replicas.length, order);
  return Math.max(0, running - Math.max(unavailable, order.order === 'stop-first' ? 1 : 0));
}

function broken({ workload }: WorkloadBuild, value: number, floor: number): Diagnostic {
  return {
    severity: 'error',
    code: 'plan/breaks-policy',
    message: 'the steps of the plan break the rollout policy they were made from',
    where: workload.id,
    why: `${value} replicas would be ready at the worst moment, and the policy asks for ${floor}; this is a bug in stowage`,
    fix: 'report it together with the files; nothing was changed',
  };
}
