import { parseQuantity, quantityText, roundUpQuantity } from '../../../model/kubernetes/quantity.ts';
import type { Quantities, Resources } from '../api.ts';

const MILLI = -3;

/** Resource amounts are kept in thousandths: what is finer is rounded up. */
export function roundResources(list: Quantities | undefined): void {
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(text ?? '');
    if (list && quantity) list[name] = quantityText(roundUpQuantity(quantity, MILLI).quantity);
  }
}

export function defaultResources(resources: Resources | undefined): void {
  roundResources(resources?.limits);
  roundResources(resources?.requests);
}

/** Limits become requests where there is none, key by key: bare pods only. */
export function requestsFromLimits(resources: Resources | undefined): void {
  if (!resources?.limits) return;
  resources.requests = { ...resources.limits, ...resources.requests };
}
