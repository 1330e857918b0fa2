import type { DeviceRequest, ResourceAmounts, Resources } from '../../../model/desired.ts';
import { numberOf, present, sizeBytes } from './convert.ts';
import type { CanonicalDevice, CanonicalResources, CanonicalService } from './types.ts';

/** Limits and reservations of `deploy.resources` and of the older keys beside it. */
export function resourcesOf(service: CanonicalService): Resources {
  const { limits = {}, reservations = {} } = service.deploy?.resources ?? {};
  const memoryReservation = sizeBytes(service.mem_reservation);
  return {
    reservations: {
      ...present({
        cpus: numberOf(reservations.cpus),
        memoryBytes: sizeBytes(reservations.memory) ?? memoryReservation,
      }),
      ...genericOf(reservations, service),
    },
    limits: present({
      cpus: numberOf(limits.cpus ?? service.cpus),
      memoryBytes: sizeBytes(limits.memory ?? service.mem_limit),
      pids: limits.pids ?? numberOf(service.pids_limit),
      memorySwapBytes: sizeBytes(service.memswap_limit),
      memorySwappiness: numberOf(service.mem_swappiness),
      memoryReservationBytes: memoryReservation,
      cpuShares: numberOf(service.cpu_shares),
      cpuPeriodMicros: numberOf(service.cpu_period),
      cpuQuotaMicros: numberOf(service.cpu_quota),
      cpuRealtimePeriodMicros: numberOf(service.cpu_rt_period),
      cpuRealtimeRuntimeMicros: numberOf(service.cpu_rt_runtime),
      cpuSet: service.cpuset,
      blkio: blkioOf(service.blkio_config),
    }),
  };
}

/** Rates as numbers; the canonical form prints them as docker compose does, `Path` and `Rate` with a capital. */
function blkioOf(config: CanonicalService['blkio_config']): Resources['limits']['blkio'] {
  if (config === undefined) return undefined;
  const devices = (value: unknown) =>
    Array.isArray(value) ? value.map((device: Readonly<Record<string, unknown>>) => deviceOf(device)) : value;
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, devices(value)]));
}

function deviceOf({ Path: path, Rate, Weight }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    path,
    ...(Rate === undefined ? {} : { rate: Number(Rate) }),
    ...(Weight === undefined ? {} : { weight: Number(Weight) }),
  };
}

/** Generic resources and GPUs, which the scheduler counts. */
function genericOf(reservations: CanonicalResources, service: CanonicalService): Pick<ResourceAmounts, 'generic'> {
  const generic: Record<string, number> = {};
  for (const { discrete_resource_spec: spec } of reservations.generic_resources ?? []) {
    if (spec !== undefined) generic[spec.kind] = (generic[spec.kind] ?? 0) + spec.value;
  }
  const gpus = devicesOf(service).filter((d) => d.capabilities?.includes('gpu'));
  const count = gpus.map((d) => Math.max(d.device_ids?.length ?? d.count ?? 1, 1)).reduce((a, b) => a + b, 0);
  if (count > 0) generic.gpu = count;
  return Object.keys(generic).length > 0 ? { generic } : {};
}

function devicesOf(service: CanonicalService): readonly CanonicalDevice[] {
  return [...(service.deploy?.resources?.reservations?.devices ?? []), ...(service.gpus ?? [])];
}

export function deviceRequests(service: CanonicalService): DeviceRequest[] {
  return devicesOf(service).map((d) => ({
    capabilities: d.capabilities ?? ['gpu'],
    ...present({
      driver: d.driver,
      count: d.count ?? (d.device_ids === undefined ? -1 : undefined),
      deviceIds: d.device_ids,
      options: d.options,
    }),
  }));
}
