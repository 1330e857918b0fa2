import type { DisruptionBudget } from '../../../model/desired.ts';
import { type Conversion, present } from './convert.ts';
import { extensionOf } from './extension.ts';
import { amount } from './rollout.ts';
import type { CanonicalService } from './types.ts';

/** What must stay up when hosts are drained, where the service says so. */
export function budgetOf(name: string, service: CanonicalService, to: Conversion): DisruptionBudget[] {
  const extension = extensionOf(service['x-stowage']);
  const path = `services.${name}.x-stowage`;
  const bounds = present({
    minAvailable: amount(extension['min-available'], `${path}.min-available`, to),
    maxUnavailable: amount(extension['max-unavailable'], `${path}.max-unavailable`, to),
  });
  return Object.keys(bounds).length === 0 ? [] : [{ id: name, workloads: [name], ...bounds }];
}
