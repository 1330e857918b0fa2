import type { DesiredState, Workload } from '../../model/desired.ts';
import type { LiveState } from '../../model/live.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { liveOwner, liveReplicas } from '../live-replicas.ts';
import { specContext } from '../spec-context.ts';
import { replicaSpec } from '../specs/pod.ts';
import type { Candidate } from './pick.ts';

/**
 * What each container would be, had it been created from the files as the replica that it becomes.
 *
 * @returns specifications by host, then by container id
 */
export function wantedSpecs(
  desired: DesiredState,
  live: LiveState,
  candidates: readonly Candidate[],
  images: Readonly<Record<string, string>>,
): Map<string, Map<string, ContainerSpec>> {
  const context = specContext(desired, live, images, {});
  for (const r of liveReplicas(live, desired.stack)) context.owners.set(`${r.host}\n${r.workload}`, liveOwner(r));
  for (const { host, workload, container } of candidates) {
    const key = `${host}\n${workload}`;
    if (!context.owners.has(key)) context.owners.set(key, container.name);
  }
  const workloads = new Map(desired.workloads.map((w) => [w.id, w]));
  const specs = new Map<string, Map<string, ContainerSpec>>();
  for (const { host, workload, ordinal, container } of candidates) {
    const replica = replicaSpec(workloads.get(workload) as Workload, { ordinal, host }, context);
    const spec = replica.containers[0]?.spec;
    const here = specs.get(host) ?? new Map<string, ContainerSpec>();
    if (spec !== undefined) specs.set(host, here.set(container.id, { ...spec, name: container.name }));
  }
  return specs;
}
