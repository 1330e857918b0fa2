import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Placement, PlacementRequest } from '../../model/placement.ts';
import { type PeakReport, type Rolling, rolloutPeak } from '../placement/peak.ts';
import type { SpecContext } from '../specs/context.ts';
import type { WorkloadBuild } from '../steps/context.ts';
import { isExchanged } from '../steps/workload.ts';
import { evictionPace, isEviction } from './eviction.ts';
import { chooseOrder } from './order.ts';
import { paceOf } from './pace.ts';

/** How full each host gets while the plan runs, and what is too much. */
export function peakOf(
  request: PlacementRequest,
  placements: readonly Placement[],
  parts: readonly WorkloadBuild[],
  context: SpecContext,
): PeakReport {
  return rolloutPeak(
    request,
    placements,
    parts.flatMap((part) => rollingOf(part, context) ?? []),
  );
}

/** The replicas of one workload that are exchanged, and how many of them exist twice at a time. */
function rollingOf(part: WorkloadBuild, context: SpecContext): Rolling | undefined {
  const { workload } = part;
  const exchanged = part.replicas.filter(isExchanged);
  if (exchanged.length === 0) return undefined;
  const ordinals = exchanged.map(({ replica }) => replica.ordinal);
  const replaced = workload.kind === 'stateful' ? ordinals.reverse() : ordinals;
  const order = chooseOrder(workload, context);
  if (isEviction(exchanged))
    return { workload: workload.id, replaced, surge: evictionPace(part, order, context.desired).surge };
  const { strategy } = workload.rollout;
  const isWholeSet = !order.isForced && (strategy === 'blue-green' || strategy === 'canary');
  const surge = isWholeSet ? replaced.length : paceOf(workload, part.replicas.length, order).surge;
  return { workload: workload.id, replaced, surge: Math.min(surge, replaced.length) };
}

/** One refusal for each host that is large enough when the plan is done, and not on the way there. */
export function peakErrors({ problems }: PeakReport): Diagnostic[] {
  return problems.map(({ host, summary, suggestion }) => ({
    severity: 'error',
    code: 'placement/peak',
    message: 'a host is too small for the worst moment of the rollout',
    where: `host ${host}`,
    why: summary,
    fix: `it fits with ${suggestion}`,
  }));
}
