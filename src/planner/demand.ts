import type { Container, DesiredState, PodTemplate, ResourceAmounts, Workload } from '../model/desired.ts';
import type { WorkloadDemand } from '../model/placement.ts';
import type { SpecContext } from './specs/context.ts';
import { claimVolumeName, volumeName } from './specs/mounts.ts';
import { specPorts } from './specs/network.ts';

/** What the scheduler has to know of a workload. */
export function workloadDemand(workload: Workload, context: SpecContext): WorkloadDemand {
  const { template } = workload;
  const mounts = [...template.containers, ...template.initContainers].flatMap((c) => c.mounts.map((m) => m.source));
  const beside = mounts.flatMap((s) => (s.type === 'from-workload' ? [s.workload] : []));
  if (template.network.mode === 'workload') beside.push(template.network.workload);
  return {
    id: workload.id,
    kind: workload.kind,
    replicas: wantedReplicas(workload),
    firstOrdinal: workload.firstOrdinal,
    profile: workload.namespace === undefined ? 'swarm' : 'kubernetes',
    ...(workload.namespace === undefined ? {} : { namespace: workload.namespace }),
    labels: template.labels,
    resources: podReservations(template),
    ports: specPorts(workload, context)
      .filter((p) => p.hostPort !== 0 && p.hostPortEnd === undefined)
      .map((p) => ({
        protocol: p.protocol,
        port: p.hostPort,
        ...(p.hostIp === undefined ? {} : { hostIp: p.hostIp }),
      })),
    volumes: localVolumes(workload, context.desired),
    claimPrefixes: claimPrefixes(workload, context),
    images: [...new Set(template.containers.map((c) => c.image))],
    besideWorkloads: [...new Set(beside)],
    plugins: [],
    rules: workload.placement,
  };
}

/** How many replicas run at a time: a suspended workload and a schedule have none of their own. */
export function wantedReplicas(workload: Workload): number {
  if (workload.suspended || workload.kind === 'cron') return 0;
  if (workload.kind === 'job' && workload.job !== undefined)
    return workload.job.completions ?? workload.job.parallelism;
  return workload.replicas;
}

/** Volumes whose data lives on one host; those of a network file system are everywhere. */
function localVolumes(workload: Workload, desired: DesiredState): string[] {
  const ids = workload.template.containers.flatMap((c) =>
    c.mounts.flatMap((m) => (m.source.type === 'volume' ? [m.source.volume] : [])),
  );
  const local = ids.filter((id) => {
    const volume = desired.volumes.find((v) => v.id === id);
    return volume !== undefined && volume.driver === 'local' && !isRemote(volume.driverOptions);
  });
  return [...new Set(local)].map((id) => volumeName(desired, id)).sort();
}

function isRemote(options: Readonly<Record<string, string>>): boolean {
  return /^(nfs|nfs4|cifs|smb3?|ceph|glusterfs)$/.test(options.type ?? '');
}

function claimPrefixes(workload: Workload, context: SpecContext): string[] {
  return (workload.stateful?.claims ?? [])
    .filter((c) => c.driver === 'local' && !isRemote(c.driverOptions))
    .map((c) => claimVolumeName(context.stack, workload, c.name, 0).replace(/0$/, ''));
}

/**
 * What a pod takes of its host: the sum of its containers, or the largest init container where that is more;
 * sidecars run beside both.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function podReservations(template: PodTemplate): ResourceAmounts {
  const sidecars = template.initContainers.filter((c) => c.sidecar);
  const main = [...template.containers, ...sidecars].map(reservationOf).reduce(plus, {});
  const base = sidecars.map(reservationOf).reduce(plus, {});
  return template.initContainers
    .filter((c) => !c.sidecar)
    .map((c) => plus(base, reservationOf(c)))
    .reduce(larger, main);
}

function reservationOf({ resources: { reservations, limits } }: Container): ResourceAmounts {
  return {
    ...(reservations.cpus === undefined ? {} : { cpus: reservations.cpus }),
    ...(reservations.memoryBytes === undefined ? {} : { memoryBytes: reservations.memoryBytes }),
    ...(reservations.ephemeralStorageBytes === undefined
      ? {}
      : { ephemeralStorageBytes: reservations.ephemeralStorageBytes }),
    generic: reservations.generic ?? limits.generic ?? {},
  };
}

function combine(a: ResourceAmounts, b: ResourceAmounts, op: (x: number, y: number) => number): ResourceAmounts {
  const pair = (x?: number, y?: number) => (x === undefined && y === undefined ? undefined : op(x ?? 0, y ?? 0));
  const names = [...new Set([...Object.keys(a.generic ?? {}), ...Object.keys(b.generic ?? {})])];
  const generic = Object.fromEntries(names.map((n) => [n, op(a.generic?.[n] ?? 0, b.generic?.[n] ?? 0)]));
  const entries = {
    cpus: pair(a.cpus, b.cpus),
    memoryBytes: pair(a.memoryBytes, b.memoryBytes),
    ephemeralStorageBytes: pair(a.ephemeralStorageBytes, b.ephemeralStorageBytes),
  };
  return { ...Object.fromEntries(Object.entries(entries).filter(([, v]) => v !== undefined)), generic };
}

const plus = (a: ResourceAmounts, b: ResourceAmounts) => combine(a, b, (x, y) => x + y);
const larger = (a: ResourceAmounts, b: ResourceAmounts) => combine(a, b, Math.max);
