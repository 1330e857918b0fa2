import type { ResourceAmounts } from '../../model/desired.ts';

/** Countable things of a host. CPU is counted in billionths and memory in bytes, so that sums are exact. */
export const CPU = 'cpu';
export const MEMORY = 'memory';
export const DISK = 'ephemeral-storage';

/** These three are resources 0, 1 and 2 of every host; the others are numbered as they are met. */
export const BASIC: readonly string[] = [CPU, MEMORY, DISK];

const NANO = 1_000_000_000;

/** What the scheduler counts when a replica reserves nothing, so that many of them do not look like none. */
export const ASSUMED = { cpus: 0.1, memoryBytes: 200 * 1024 * 1024 };

/** Amounts by resource name; zeros are kept, absent is "not asked for". */
export function amounts(resources: ResourceAmounts): Map<string, number> {
  const found = new Map<string, number>();
  if (resources.cpus !== undefined) found.set(CPU, nanoCpus(resources.cpus));
  if (resources.memoryBytes !== undefined) found.set(MEMORY, resources.memoryBytes);
  if (resources.ephemeralStorageBytes !== undefined) found.set(DISK, resources.ephemeralStorageBytes);
  for (const [name, amount] of Object.entries(resources.generic ?? {})) found.set(name, amount);
  return found;
}

export function nanoCpus(cpus: number): number {
  return Math.round(cpus * NANO);
}

/** `512 MiB`, `1.5 CPUs`, `2 gpu`. */
export function amountText(resource: string, amount: number): string {
  if (resource === CPU) return `${trim(amount / NANO)} CPU${amount === NANO ? '' : 's'}`;
  if (resource === MEMORY) return bytesText(amount);
  if (resource === DISK) return `${bytesText(amount)} of disk`;
  return `${amount} ${resource}`;
}

export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${trim(value)} ${units[unit]}`;
}

function trim(value: number): string {
  return String(Math.round(value * 1000) / 1000 >= 100 ? Math.round(value) : Math.round(value * 1000) / 1000);
}
