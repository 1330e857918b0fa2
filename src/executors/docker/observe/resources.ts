import type { SpecResources } from '../../../model/spec.ts';
import type { HostConfigAnswer } from './engine-types.ts';

/** The reverse of `resourceOptions`; zero, −1 and what the engine computes are absent. */
export function specResources(host: HostConfigAnswer): SpecResources {
  const some = (value: number | null | undefined) => value || undefined;
  const resources: SpecResources = {
    nanoCpus: some(host.NanoCpus),
    memoryBytes: some(host.Memory),
    memoryReservationBytes: some(host.MemoryReservation),
    memorySwapBytes: swap(host),
    memorySwappiness: host.MemorySwappiness === -1 ? undefined : (host.MemorySwappiness ?? undefined),
    pids: host.PidsLimit === -1 ? undefined : some(host.PidsLimit),
    cpuShares: some(host.CpuShares),
    cpuPeriodMicros: some(host.CpuPeriod),
    cpuQuotaMicros: some(host.CpuQuota),
    cpuRealtimePeriodMicros: some(host.CpuRealtimePeriod),
    cpuRealtimeRuntimeMicros: some(host.CpuRealtimeRuntime),
    cpuSet: host.CpusetCpus || undefined,
    blkio: blkio(host),
  };
  return Object.fromEntries(Object.entries(resources).filter(([, value]) => value !== undefined));
}

/** Unless told, the engine allows as much swap again as memory, or any (−1) where the kernel cannot limit it. */
function swap({ Memory = 0, MemorySwap = 0 }: HostConfigAnswer): number | undefined {
  return MemorySwap === 0 || MemorySwap === 2 * Memory || (MemorySwap === -1 && Memory > 0) ? undefined : MemorySwap;
}

function blkio(host: HostConfigAnswer): Readonly<Record<string, unknown>> | undefined {
  const rates = (devices: HostConfigAnswer['BlkioDeviceReadBps']) =>
    devices?.length ? devices.map(({ Path, Rate }) => ({ path: Path, rate: Rate })) : undefined;
  const all: Record<string, unknown> = {
    weight: host.BlkioWeight || undefined,
    weight_device: host.BlkioWeightDevice?.length
      ? host.BlkioWeightDevice.map(({ Path, Weight }) => ({ path: Path, weight: Weight }))
      : undefined,
    device_read_bps: rates(host.BlkioDeviceReadBps),
    device_read_iops: rates(host.BlkioDeviceReadIOps),
    device_write_bps: rates(host.BlkioDeviceWriteBps),
    device_write_iops: rates(host.BlkioDeviceWriteIOps),
  };
  const present = Object.entries(all).filter(([, value]) => value !== undefined);
  return present.length > 0 ? Object.fromEntries(present) : undefined;
}
