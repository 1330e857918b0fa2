import type { IntOrPercent } from '../../model/desired.ts';
import { scaledValue } from '../../model/kubernetes/int-or-percent.ts';

type Bound = IntOrPercent | string | null | undefined;

export interface RollingBounds {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/**
 * The bounds of a rolling update as counts: surge rounds up, unavailable rounds down, unset is 0, and if both come out
 * as 0 one may be unavailable.
 *
 * @returns undefined when a bound is no number and no percentage
 * @see kubernetes pkg/controller/deployment/util, ResolveFenceposts
 */
export function rollingBounds(replicas: number, maxSurge: Bound, maxUnavailable: Bound): RollingBounds | undefined {
  const surge = scaledValue(maxSurge ?? 0, replicas, true);
  const unavailable = scaledValue(maxUnavailable ?? 0, replicas, false);
  if (surge === undefined || unavailable === undefined) return undefined;
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** How many may be missing during an update: never more than there are. */
export function mayBeUnavailable(replicas: number, maxSurge: Bound, maxUnavailable: Bound): number {
  const bounds = replicas === 0 ? undefined : rollingBounds(replicas, maxSurge, maxUnavailable);
  return Math.min(bounds?.maxUnavailable ?? 0, replicas);
}

/** How many replicas the new set may have now: as many as asked for, with all sets within replicas + surge. */
export function newSetSize(replicas: number, maxSurge: Bound, own: number, total: number): number {
  const limit = replicas + (scaledValue(maxSurge ?? 0, replicas, true) ?? 0);
  if (total >= limit) return own;
  return own + Math.min(limit - total, replicas - own);
}

/** One step up for the new set; it shrinks at once when it is too large. */
export function stepNew(
  replicas: number,
  maxSurge: Bound,
  sizes: { readonly own: number; readonly old: number },
): { scaled: boolean; size: number } {
  const size = sizes.own > replicas ? replicas : newSetSize(replicas, maxSurge, sizes.own, sizes.own + sizes.old);
  return { scaled: size !== sizes.own, size };
}

export interface RollingSizes {
  readonly old: number;
  readonly oldAvailable: number;
  readonly own: number;
  readonly ownAvailable: number;
}

/**
 * One step down for the old sets: first their replicas that do not serve anyway, then as many as what is available
 * beyond the minimum.
 *
 * @see kubernetes pkg/controller/deployment, reconcileOldReplicaSets
 */
export function stepOld(
  replicas: number,
  maxSurge: Bound,
  maxUnavailable: Bound,
  { old, oldAvailable, own, ownAvailable }: RollingSizes,
): { scaled: boolean; size: number } {
  if (old === 0) return { scaled: false, size: 0 };
  const minAvailable = replicas - mayBeUnavailable(replicas, maxSurge, maxUnavailable);
  const most = old + own - minAvailable - (own - ownAvailable);
  if (most <= 0) return { scaled: false, size: old };
  const cleaned = unhealthyToClean(old, oldAvailable, most);
  const size = scaleDownOld(replicas, maxSurge, maxUnavailable, old - cleaned, oldAvailable + ownAvailable).size;
  return { scaled: size < old, size };
}

/** Old replicas that do not serve may go first, up to the most that may go. */
export function unhealthyToClean(old: number, oldAvailable: number, most: number): number {
  return Math.max(0, Math.min(most, old - oldAvailable));
}

/** What is available beyond the minimum may go from the old sets. */
export function scaleDownOld(
  replicas: number,
  maxSurge: Bound,
  maxUnavailable: Bound,
  old: number,
  available: number,
): { scaled: boolean; size: number } {
  const minAvailable = replicas - mayBeUnavailable(replicas, maxSurge, maxUnavailable);
  const size = old - Math.max(0, Math.min(old, available - minAvailable));
  return { scaled: size < old, size };
}
