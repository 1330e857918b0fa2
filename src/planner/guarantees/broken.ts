import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Guarantee } from '../../model/plan.ts';
import type { Step } from '../../model/step.ts';
import { isRunning } from '../live-replicas.ts';
import { evictionPace, isEviction } from '../rollout/eviction.ts';
import { toleratedFailures } from '../rollout/failures.ts';
import { chooseOrder } from '../rollout/order.ts';
import { paceOf } from '../rollout/pace.ts';
import type { Build, WorkloadBuild } from '../steps/context.ts';
import { isExchanged } from '../steps/workload.ts';
import { fewestReady } from './simulate.ts';

/**
 * Workloads whose steps would leave fewer replicas ready than their own rollout policy allows, or than the plan itself
 * promises when they are run in a bad order. A mistake of the planner, found before it is one on the hosts; what the
 * plan has to take down for another reason is none.
 *
 * @param forced workloads of which replicas are stopped up front: their network or a port of theirs goes to another
 */
export function brokenPolicies(
  parts: readonly WorkloadBuild[],
  steps: readonly Step[],
  guarantees: readonly Guarantee[],
  build: Build,
  forced: ReadonlySet<string>,
): Diagnostic[] {
  const simulated = fewestReady(parts, steps);
  return parts.flatMap((part) => {
    const { id } = part.workload;
    const ready = guarantees.find((g) => g.type === 'min-ready' && g.subject === id);
    if (ready === undefined) return [];
    const seen = simulated.get(id) ?? ready.value;
    if (seen < ready.value)
      return [
        broken(part, `${seen} replicas are ready when they run in a bad order, and the plan promises ${ready.value}`),
      ];
    const floor = forced.has(id) ? 0 : allowedFloor(part, build);
    const why = `${ready.value} replicas would be ready at the worst moment, and the policy asks for ${floor}`;
    return ready.value >= floor ? [] : [broken(part, why)];
  });
}

/** Replicas that must stay ready: those that run, less what the policy lets be missing. */
function allowedFloor(part: WorkloadBuild, build: Build): number {
  const { workload, replicas } = part;
  const exchanged = replicas.filter(isExchanged);
  const running = replicas.filter(
    ({ decision }) => decision.old.some(isRunning) || (decision.current !== undefined && isRunning(decision.current)),
  ).length;
  if (exchanged.length === 0) return running;
  const order = chooseOrder(workload, build.specs);
  const { unavailable } = isEviction(exchanged)
    ? evictionPace(part, order, build.desired)
    : paceOf(workload, replicas.length, order);
  const failing = toleratedFailures(workload, exchanged);
  return Math.max(0, running - Math.max(unavailable, order.order === 'stop-first' ? 1 : 0) - failing);
}

function broken({ workload }: WorkloadBuild, why: string): Diagnostic {
  return {
    severity: 'error',
    code: 'plan/breaks-policy',
    message: 'the steps of the plan break the rollout policy they were made from',
    where: workload.id,
    why: `${why}; this is a bug in stowage`,
    fix: 'report it together with the files; nothing was changed',
  };
}
