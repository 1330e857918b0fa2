import { amountText } from './amounts.ts';
import type { Refusal } from './filters/filter.ts';
import { firstRefusal } from './filters/index.ts';
import { PODS, type Shortage, shortages } from './filters/resources.ts';
import type { Session, Task } from './session.ts';
import type { HostState } from './state.ts';

/**
 * The least that would have to be added to one host for a replica to fit there, among the hosts that only lack one
 * resource.
 *
 * @returns "256 MiB more on web-2", or undefined when no host is that close
 */
export function smallestAddition(
  task: Task,
  refusals: ReadonlyMap<HostState, Refusal>,
  { state }: Session,
): string | undefined {
  const others = task.moving.filter(({ name }) => name !== 'resources');
  let best: { readonly host: HostState; readonly short: Shortage; readonly amount: number } | undefined;
  for (const [host, { filter }] of refusals) {
    if (filter !== 'resources' || firstRefusal(others, { cls: task.cls }, host, state)) continue;
    const [short, ...more] = shortages(task.cls, host, state);
    if (!short || more.length > 0 || short.resource === PODS) continue;
    const amount = short.requested + short.used - short.capacity;
    if (!best || share(amount, short) < share(best.amount, best.short)) best = { host, short, amount };
  }
  return best && `${amountText(best.short.resource, best.amount)} more on ${best.host.host.name}`;
}

/** An addition in proportion to what is asked for, so that memory and CPU compare. */
function share(amount: number, { requested }: Shortage): number {
  return amount / Math.max(requested, 1);
}
