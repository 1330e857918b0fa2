import { CPU, MEMORY } from '../amounts.ts';
import type { ReplicaClass } from '../replica-class.ts';
import type { HostState } from '../state.ts';
import { MAX_SCORE, type Score } from './score.ts';
import { CPU_AND_MEMORY, type ResourceWeights, requestedWith } from './utilisation.ts';

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
  weights: ResourceWeights = CPU_AND_MEMORY,
): number {
  let sum = 0;
  let total = 0;
  for (const [resource, weight] of weights) {
    sum += rate(requestedWith(cls, host, resource), host.capacity.get(resource) ?? 0) * weight;
    total += weight;
  }
  return total === 0 ? 0 : Math.trunc(sum / total);
}

/** The emptiest host. @see kube-scheduler NodeResourcesLeastAllocated */
export const leastAllocated: Score = {
  name: 'least-allocated',
  weight: 1,
  applies: () => true,
  rate: (cls, hosts, _state, out) => {
    for (let i = 0; i < hosts.length; i++) out[i] = rateAllocation(freeShare, cls, hosts[i] as HostState);
  },
};

/** The fullest host that still has room. @see kube-scheduler NodeResourcesMostAllocated */
export const mostAllocated: Score = {
  name: 'most-allocated',
  weight: 1,
  applies: () => true,
  rate: (cls, hosts, _state, out) => {
    for (let i = 0; i < hosts.length; i++) out[i] = rateAllocation(takenShare, cls, hosts[i] as HostState);
  },
};

/** CPU and memory taken in like shares, so that neither is left over. */
export function rateBalance(cls: ReplicaClass, host: HostState): number {
  const cpu = fraction(requestedWith(cls, host, CPU), host.capacity.get(CPU) ?? 0);
  const memory = fraction(requestedWith(cls, host, MEMORY), host.capacity.get(MEMORY) ?? 0);
  return cpu >= 1 || memory >= 1 ? 0 : Math.trunc((1 - Math.abs(cpu - memory)) * MAX_SCORE);
}

/** @see kube-scheduler NodeResourcesBalancedAllocation */
export const balancedAllocation: Score = {
  name: 'balanced-allocation',
  weight: 1,
  applies: () => true,
  rate: (cls, hosts, _state, out) => {
    for (let i = 0; i < hosts.length; i++) out[i] = rateBalance(cls, hosts[i] as HostState);
  },
};

function fraction(requested: number, capacity: number): number {
  return capacity === 0 ? 1 : requested / capacity;
}
