import { ASSUMED, CPU, MEMORY, nanoCpus } from '../amounts.ts';
import type { ReplicaClass } from '../replica-class.ts';
import type { ClusterState, HostState } from '../state.ts';

/** Resource name → how much it matters. */
export type ResourceWeights = readonly (readonly [resource: string, weight: number])[];

export const CPU_AND_MEMORY: ResourceWeights = [
  [CPU, 1],
  [MEMORY, 1],
];

/**
 * What would be taken of a resource with the replica on the host. For CPU and memory, replicas that ask for nothing
 * are assumed to take a little; other resources count as asked for.
 */
export function requestedWith(cls: ReplicaClass, host: HostState, resource: string, state: ClusterState): number {
  if (resource === CPU) return host.scored.cpus + cls.scored.cpus;
  if (resource === MEMORY) return host.scored.memoryBytes + cls.scored.memoryBytes;
  return (host.reserved[state.resources.get(resource) ?? -1] ?? 0) + (cls.requests.get(resource) ?? 0);
}

/** What the host has of a resource; 0 when it has or tells nothing. */
export function capacityOf(host: HostState, resource: string, state: ClusterState): number {
  return host.capacity[state.resources.get(resource) ?? -1] || 0;
}

/** What scoring assumes for one container: an absent request is a little, an explicit 0 stays 0. */
export function assumedRequest(resource: string, requested: number | undefined): number {
  if (requested !== undefined) return requested;
  if (resource === CPU) return nanoCpus(ASSUMED.cpus);
  return resource === MEMORY ? ASSUMED.memoryBytes : 0;
}
