import type { ReplicaClass } from '../replica-class.ts';
import type { ClusterState, HostState } from '../state.ts';
import { MAX_SCORE } from './score.ts';
import { capacityOf, type ResourceWeights, requestedWith } from './utilisation.ts';

/** Points of a function, by ascending x; before the first and after the last it is flat. */
export type Points = readonly (readonly [x: number, y: number])[];

/** The value of a broken line at `x`, integers throughout. */
export function brokenLine(points: Points, x: number): number {
  for (let i = 0; i < points.length; i++) {
    const [x1, y1] = points[i] ?? [0, 0];
    if (x > x1) continue;
    const [x0, y0] = points[i - 1] ?? [x1, y1];
    return i === 0 ? y1 : y0 + Math.trunc(((y1 - y0) * (x - x0)) / (x1 - x0));
  }
  return points[points.length - 1]?.[1] ?? 0;
}

/**
 * Rates a host by a line from utilisation (percent) to score (0–100), weighted over resources that score at all.
 *
 * @see kube-scheduler RequestedToCapacityRatio
 */
export function rateUtilisation(
  line: Points,
  cls: ReplicaClass,
  host: HostState,
  state: ClusterState,
  weights: ResourceWeights,
): number {
  let sum = 0;
  let total = 0;
  for (const [resource, weight] of weights) {
    const capacity = capacityOf(host, resource, state);
    const requested = requestedWith(cls, host, resource, state);
    const full = capacity === 0 || requested > capacity;
    const utilisation = full ? MAX_SCORE : MAX_SCORE - Math.trunc(((capacity - requested) * MAX_SCORE) / capacity);
    const rate = brokenLine(line, utilisation);
    if (rate <= 0) continue;
    sum += rate * weight;
    total += weight;
  }
  return total === 0 ? 0 : Math.round(sum / total);
}
