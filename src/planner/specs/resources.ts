import type { Container } from '../../model/desired.ts';
import type { SpecResources } from '../../model/spec.ts';
import { optional } from './mounts.ts';

/** Limits as the engine takes them; reservations are the scheduler's and reach the engine only as a soft limit. */
export function specResources(container: Container): SpecResources {
  const { limits, reservations } = container.resources;
  return optional({
    nanoCpus: limits.cpus === undefined ? undefined : Math.round(limits.cpus * 1e9),
    memoryBytes: limits.memoryBytes,
    memoryReservationBytes: limits.memoryReservationBytes ?? reservations.memoryBytes,
    memorySwapBytes: limits.memorySwapBytes,
    memorySwappiness: limits.memorySwappiness,
    pids: limits.pids,
    cpuShares: limits.cpuShares,
    cpuPeriodMicros: limits.cpuPeriodMicros,
    cpuQuotaMicros: limits.cpuQuotaMicros,
    cpuRealtimePeriodMicros: limits.cpuRealtimePeriodMicros,
    cpuRealtimeRuntimeMicros: limits.cpuRealtimeRuntimeMicros,
    cpuSet: limits.cpuSet,
    blkio: limits.blkio,
  });
}
