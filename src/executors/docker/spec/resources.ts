import type { SpecResources } from '../../../model/spec.ts';

type EngineObject = Readonly<Record<string, unknown>>;

/** The engine's `Resources`, as create (inside `HostConfig`) and update take them. */
export function resourceOptions(resources: SpecResources): EngineObject {
  return {
    NanoCpus: resources.nanoCpus,
    Memory: resources.memoryBytes,
    MemoryReservation: resources.memoryReservationBytes,
    MemorySwap: resources.memorySwapBytes,
    MemorySwappiness: resources.memorySwappiness,
    PidsLimit: resources.pids,
    CpuShares: resources.cpuShares,
    CpuPeriod: resources.cpuPeriodMicros,
    CpuQuota: resources.cpuQuotaMicros,
    CpuRealtimePeriod: resources.cpuRealtimePeriodMicros,
    CpuRealtimeRuntime: resources.cpuRealtimeRuntimeMicros,
    CpusetCpus: resources.cpuSet,
    ...blkioOptions(resources.blkio),
  };
}

/**
 * The same for an update in place. The engine keeps the old swap limit, and refuses a memory limit above it: it is
 * set along, to what a new container would get (twice the memory).
 */
export function resourceUpdate(resources: SpecResources): EngineObject {
  const { memoryBytes, memorySwapBytes } = resources;
  const swap = memorySwapBytes ?? (memoryBytes === undefined ? undefined : memoryBytes * 2);
  return { ...resourceOptions(resources), MemorySwap: swap };
}

const BLKIO_FIELDS: Readonly<Record<string, string>> = {
  device_read_bps: 'BlkioDeviceReadBps',
  device_read_iops: 'BlkioDeviceReadIOps',
  device_write_bps: 'BlkioDeviceWriteBps',
  device_write_iops: 'BlkioDeviceWriteIOps',
};

/** @see compose-spec 05-services.md, "blkio_config" */
function blkioOptions(blkio: SpecResources['blkio']): EngineObject {
  if (blkio === undefined) return {};
  const options: Record<string, unknown> = { BlkioWeight: blkio.weight };
  options.BlkioWeightDevice = devices(blkio.weight_device)?.map((d) => ({
    Path: d.path,
    Weight: d.weight,
  }));
  for (const [field, engineField] of Object.entries(BLKIO_FIELDS)) {
    options[engineField] = devices(blkio[field])?.map((d) => ({ Path: d.path, Rate: rate(d.rate) }));
  }
  return options;
}

function devices(value: unknown): readonly EngineObject[] | undefined {
  return Array.isArray(value) ? (value as readonly EngineObject[]) : undefined;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function rate(value: unknown): unknown {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s*([kmg]?)b?$/i.exec(value) : undefined;
  if (!match) return value;
  return Math.floor(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1));
}
