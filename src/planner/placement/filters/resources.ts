import { amountText, BASIC } from '../amounts.ts';
import type { ReplicaClass } from '../replica-class.ts';
import type { ClusterState, HostState } from '../state.ts';
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
export function shortages(cls: ReplicaClass, host: HostState, state: ClusterState): Shortage[] {
  const limit = host.host.capacity.pods;
  const found: Shortage[] = [];
  if (limit !== undefined && host.replicas + 1 > limit) {
    found.push({ resource: PODS, requested: 1, used: host.replicas, capacity: limit });
  }
  if (!cls.reserves) return found;
  for (const resource of new Set([...BASIC, ...cls.requests.keys()])) {
    const number = state.resources.get(resource) ?? -1;
    const requested = cls.requests.get(resource) ?? 0;
    const used = host.reserved[number] ?? 0;
    const capacity = host.capacity[number] ?? 0;
    if (requested + used > capacity) found.push({ resource, requested, used, capacity });
  }
  return found;
}

/** Whether nothing is short: what `shortages` says, without saying what. */
export function hasRoom(cls: ReplicaClass, host: HostState, state: ClusterState): boolean {
  const limit = host.host.capacity.pods;
  if (limit !== undefined && host.replicas + 1 > limit) return false;
  if (!cls.reserves) return true;
  for (let number = 0; number < BASIC.length; number++) {
    if ((host.reserved[number] ?? 0) > (host.capacity[number] ?? 0)) return false;
  }
  for (const [resource, amount] of cls.requests) {
    const number = state.resources.get(resource) ?? -1;
    if (amount + (host.reserved[number] ?? 0) > (host.capacity[number] ?? 0)) return false;
  }
  return true;
}

/** Reservations of everything on the host, this stack or not, stay within what it has. */
export const resources: Filter = {
  name: 'resources',
  dynamic: true,
  applies: () => true,
  check: ({ cls }, host, state) => {
    if (hasRoom(cls, host, state)) return undefined;
    const lacking = shortages(cls, host, state)[0];
    if (!lacking) return undefined;
    const { resource, requested, used, capacity } = lacking;
    if (resource === PODS) return { filter: 'resources', reason: `full, at ${capacity} replicas` };
    const detail = `${amountText(resource, capacity - used)} of ${amountText(resource, capacity)} free`;
    return { filter: 'resources', reason: `short of ${amountText(resource, requested)}`, detail };
  },
  explain: countReason,
};
