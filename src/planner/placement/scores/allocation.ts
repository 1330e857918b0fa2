import { CPU, MEMORY } from '../amounts.ts';
import type { ReplicaClass } from '../replica-class.ts';
import type { ClusterState, HostState } from '../state.ts';
import { MAX_SCORE, type Score } from './score.ts';
import { CPU_AND_MEMORY, capacityOf, type ResourceWeights, requestedWith } from './utilisation.ts';

type RateResource = (requested: number, capacity: number) => number;

/** Share left free, in whole percent; 0 when it does not fit. */
export const freeShare: RateResource = (requested, capacity) =>
  capacity === 0 || requested > capacity ? 0 : Math.trunc(((capacity - requested) * MAX_SCORE) / capacity);

/** Share taken, in whole percent; 0 when it does not fit. */
export const takenShare: RateResource = (requested, capacity) =>
  capacity === 0 || requested > capacity ? 0 : Math.trunc((requested * MAX_SCORE) / capacity);

/** The weighted mean over resources. */
export function rateAllocation(
  rate: RateResource,
  cls: ReplicaClass,
  host: HostState,
  state: ClusterState,
  weights: ResourceWeights = CPU_AND_MEMORY,
): number {
  let sum = 0;
  let total = 0;
  for (const [resource, weight] of weights) {
    sum += rate(requestedWith(cls, host, resource, state), capacityOf(host, resource, state)) * weight;
    total += weight;
  }
  return total === 0 ? 0 : Math.trunc(sum / total);
}

/** The same over CPU and memory alone, which every host has as its resources 0 and 1. */
export function rateBasic(rate: RateResource, { scored }: ReplicaClass, host: HostState): number {
  const cpus = rate(host.scored.cpus + scored.cpus, host.capacity[0] || 0);
  const memory = rate(host.scored.memoryBytes + scored.memoryBytes, host.capacity[1] || 0);
  return Math.trunc((cpus + memory) / 2);
}

/** The emptiest host. @see kube-scheduler NodeResourcesLeastAllocated */
export const leastAllocated: Score = {
  name: 'least-allocated',
  weight: 1,
  applies: () => true,
  scope: 'host',
  rate: (cls, hosts, _state, out) => {
    for (let i = 0; i < hosts.length; i++) out[i] = rateBasic(freeShare, cls, hosts[i] as HostState);
  },
};

/** The fullest host that still has room. @see kube-scheduler NodeResourcesMostAllocated */
export const mostAllocated: Score = {
  name: 'most-allocated',
  weight: 1,
  applies: () => true,
  scope: 'host',
  rate: (cls, hosts, _state, out) => {
    for (let i = 0; i < hosts.length; i++) out[i] = rateBasic(takenShare, cls, hosts[i] as HostState);
  },
};

/** CPU and memory taken in like shares, so that neither is left over. */
export function rateBalance(cls: ReplicaClass, host: HostState, state: ClusterState): number {
  const cpu = fraction(requestedWith(cls, host, CPU, state), capacityOf(host, CPU, state));
  const memory = fraction(requestedWith(cls, host, MEMORY, state), capacityOf(host, MEMORY, state));
  return cpu >= 1 || memory >= 1 ? 0 : Math.trunc((1 - Math.abs(cpu - memory)) * MAX_SCORE);
}

/** @see kube-scheduler NodeResourcesBalancedAllocation */
export const balancedAllocation: Score = {
  name: 'balanced-allocation',
  weight: 1,
  applies: () => true,
  scope: 'host',
  rate: (cls, hosts, state, out) => {
    for (let i = 0; i < hosts.length; i++) out[i] = rateBalance(cls, hosts[i] as HostState, state);
  },
};

function fraction(requested: number, capacity: number): number {
  return capacity === 0 ? 1 : requested / capacity;
}
