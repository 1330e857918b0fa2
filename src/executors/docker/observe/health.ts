import type { HealthCheck } from '../../../model/desired.ts';
import type { HealthAnswer } from './engine-types.ts';

const NANOSECONDS_PER_MS = 1_000_000;

/** A container's health check, absent when it is the image's. */
export function healthCheck(
  own: HealthAnswer | null | undefined,
  image: HealthAnswer | null | undefined,
): HealthCheck | undefined {
  const inherited = inMilliseconds(image ?? {});
  const check = inMilliseconds(own ?? {});
  return JSON.stringify(check) === JSON.stringify(inherited) || Object.keys(check).length === 0 ? undefined : check;
}

/** What the engine makes of a check that leaves fields out: each comes from the image. */
export function mergedHealth(own: HealthAnswer | undefined, image: HealthAnswer | null | undefined): HealthAnswer {
  const base = image ?? {};
  return {
    Test: own?.Test?.length ? own.Test : base.Test,
    Interval: own?.Interval || base.Interval,
    Timeout: own?.Timeout || base.Timeout,
    StartPeriod: own?.StartPeriod || base.StartPeriod,
    StartInterval: own?.StartInterval || base.StartInterval,
    Retries: own?.Retries || base.Retries,
  };
}

function inMilliseconds(health: HealthAnswer): HealthCheck {
  const ms = (nanoseconds: number | undefined) => (nanoseconds ? nanoseconds / NANOSECONDS_PER_MS : undefined);
  const check: HealthCheck = {
    test: health.Test?.length ? health.Test : undefined,
    intervalMs: ms(health.Interval),
    timeoutMs: ms(health.Timeout),
    startPeriodMs: ms(health.StartPeriod),
    startIntervalMs: ms(health.StartInterval),
    retries: health.Retries || undefined,
  };
  return Object.fromEntries(Object.entries(check).filter(([, value]) => value !== undefined));
}
