import type { Resources as DesiredResources, DeviceRequest, ResourceAmounts } from '../../../model/desired.ts';
import { parseQuantity, quantityNumber, quantityValue } from '../../../model/kubernetes/quantity.ts';
import type { Quantities, Resources } from '../api.ts';
import { present } from './ids.ts';

/** Whole bytes of a quantity such as `512Mi`. */
export function bytesOf(text: string | undefined): number | undefined {
  const quantity = parseQuantity(text ?? '');
  return quantity && Number(quantityValue(quantity));
}

function cpusOf(text: string | undefined): number | undefined {
  const quantity = parseQuantity(text ?? '');
  return quantity && quantityNumber(quantity);
}

/** Requests are what the scheduler counts, limits what the engine enforces; a limit alone is a request too. */
export function resourcesOf(resources: Resources | undefined): DesiredResources {
  const limits = resources?.limits ?? {};
  return { reservations: amountsOf({ ...limits, ...resources?.requests }), limits: amountsOf(limits) };
}

function amountsOf(list: Quantities): ResourceAmounts {
  const generic = Object.entries(list).flatMap(([name, text]) => {
    const amount = name.includes('/') || name.startsWith('hugepages-') ? bytesOf(text) : undefined;
    return amount === undefined ? [] : [[name, amount] as const];
  });
  return present({
    cpus: cpusOf(list.cpu),
    memoryBytes: bytesOf(list.memory),
    ephemeralStorageBytes: bytesOf(list['ephemeral-storage']),
    generic: generic.length > 0 ? Object.fromEntries(generic) : undefined,
  });
}

const GPU_DRIVERS: Readonly<Record<string, string>> = { 'nvidia.com/gpu': 'nvidia', 'amd.com/gpu': 'amd' };

/** GPUs that are asked for as limits are handed to the container. */
export function deviceRequestsOf(resources: Resources | undefined): DeviceRequest[] {
  return Object.entries(GPU_DRIVERS).flatMap(([name, driver]) => {
    const count = bytesOf(resources?.limits?.[name]) ?? 0;
    return count > 0 ? [{ driver, count, capabilities: ['gpu'] }] : [];
  });
}
