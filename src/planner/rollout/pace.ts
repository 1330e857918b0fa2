import type { Workload } from '../../model/desired.ts';
import { rollingBounds } from '../controllers/rolling.ts';
import type { OrderChoice } from './order.ts';

/**
 * How fast old replicas give way to new ones: at most `surge` more than wanted exist and at most
 * `unavailable` fewer are ready, at any time.
 */
export interface Pace {
  readonly surge: number;
  readonly unavailable: number;
  readonly delayMs: number;
}

/**
 * Swarm's parallelism and order, or Kubernetes' maxSurge (rounded up) and maxUnavailable (rounded down),
 * as one pair of numbers. Where nothing may start first, what was surge becomes unavailability.
 */
export function paceOf(workload: Workload, replicas: number, choice: OrderChoice): Pace {
  const { rollout } = workload;
  const stopFirst = choice.order === 'stop-first';
  if (rollout.strategy === 'recreate') return { surge: 0, unavailable: Math.max(replicas, 1), delayMs: 0 };
  if (rollout.maxSurge !== undefined || rollout.maxUnavailable !== undefined) {
    const bounds = rollingBounds(replicas, stopFirst ? 0 : rollout.maxSurge, rollout.maxUnavailable);
    const { maxSurge: surge, maxUnavailable: unavailable } = bounds ?? { maxSurge: 0, maxUnavailable: 1 };
    return { surge, unavailable, delayMs: rollout.delayMs };
  }
  const parallelism = rollout.parallelism === 0 ? Math.max(replicas, 1) : (rollout.parallelism ?? 1);
  return stopFirst
    ? { surge: 0, unavailable: parallelism, delayMs: rollout.delayMs }
    : { surge: parallelism, unavailable: 0, delayMs: rollout.delayMs };
}
