import { amountText, CPU, DISK, MEMORY } from '../amounts.ts';
import type { ReplicaClass } from '../replica-class.ts';
import type { HostState } from '../state.ts';
import { countReason, type Filter } from './filter.ts';

/** One resource a host has too little of, in the units of `amounts.ts`. */
export interface Shortage {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

/** The number of replicas a host may hold, counted as a resource. */
export const PODS = 'pods';

/**
 * What a host lacks for one more replica, counted against the reservations of everything on it. Without any request
 * only the number of replicas counts. A resource the host does not have has capacity 0; disk it does not tell of is
 * not counted.
 *
 * @see kube-scheduler NodeResourcesFit
 */
export function shortages(cls: ReplicaClass, host: HostState): Shortage[] {
  const limit = host.host.capacity.pods;
  const found: Shortage[] = [];
  if (limit !== undefined && host.replicas + 1 > limit) {
    found.push({ resource: PODS, requested: 1, used: host.replicas, capacity: limit });
  }
  if (!reserves(cls)) return found;
  for (const resource of resourcesChecked(cls)) {
    const capacity = host.capacity.get(resource) ?? (resource === DISK ? undefined : 0);
    const requested = cls.requests.get(resource) ?? 0;
    const used = host.reserved.get(resource) ?? 0;
    if (capacity !== undefined && requested + used > capacity) found.push({ resource, requested, used, capacity });
  }
  return found;
}

/** Reservations of everything on the host, this stack or not, stay within what it has. */
export const resources: Filter = {
  name: 'resources',
  dynamic: true,
  applies: () => true,
  check: ({ cls }, host) => {
    const lacking = shortages(cls, host)[0];
    if (!lacking) return undefined;
    const { resource, requested, used, capacity } = lacking;
    if (resource === PODS) return { filter: 'resources', reason: `full, at ${capacity} replicas` };
    const detail = `${amountText(resource, capacity - used)} of ${amountText(resource, capacity)} free`;
    return { filter: 'resources', reason: `short of ${amountText(resource, requested)}`, detail };
  },
  explain: countReason,
};

function reserves({ requests }: ReplicaClass): boolean {
  for (const [resource, amount] of requests) {
    if (amount > 0 || !isBasic(resource)) return true;
  }
  return false;
}

function isBasic(resource: string): boolean {
  return resource === CPU || resource === MEMORY || resource === DISK;
}

function* resourcesChecked({ requests }: ReplicaClass): Iterable<string> {
  yield CPU;
  yield MEMORY;
  yield DISK;
  for (const resource of requests.keys()) if (!isBasic(resource)) yield resource;
}
