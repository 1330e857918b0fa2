import type { DesiredState, PodTemplate, Workload } from '../model/desired.ts';
import type { WorkloadDemand } from '../model/placement.ts';
import { podRequests, resourceAmounts, scoredRequests, templateAmounts } from './placement/pod-requests.ts';
import type { SpecContext } from './specs/context.ts';
import { claimVolumeName, volumeName } from './specs/mounts.ts';
import { specPorts } from './specs/network.ts';
import { serviceOf } from './specs/pod.ts';

/** What the scheduler has to know of a workload. */
export function workloadDemand(workload: Workload, context: SpecContext): WorkloadDemand {
  const { template } = workload;
  const mounts = [...template.containers, ...template.initContainers].flatMap((c) => c.mounts.map((m) => m.source));
  const beside = mounts.flatMap((s) => (s.type === 'from-workload' ? [s.workload] : []));
  if (template.network.mode === 'workload') beside.push(template.network.workload);
  beside.push(...template.containers.flatMap((c) => [serviceOf(c.ipc) ?? [], serviceOf(c.pid) ?? []].flat()));
  return {
    id: workload.id,
    kind: workload.kind,
    replicas: wantedReplicas(workload),
    firstOrdinal: workload.firstOrdinal,
    profile: workload.namespace === undefined ? 'swarm' : 'kubernetes',
    ...(workload.namespace === undefined ? {} : { namespace: workload.namespace }),
    labels: template.labels,
    ...podDemand(template),
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
    peers: peersOf(workload.id, context.desired),
  };
}

/** What a pod takes of its host, and what scoring assumes that it takes. */
function podDemand(template: PodTemplate): Pick<WorkloadDemand, 'resources' | 'scored'> {
  const pod = templateAmounts(template);
  const { cpus = 0, memoryBytes = 0 } = resourceAmounts(scoredRequests(pod));
  return { resources: resourceAmounts(podRequests(pod)), scored: { cpus, memoryBytes } };
}

/** Workloads behind the same endpoint count as one when replicas are spread. */
function peersOf(workload: string, { endpoints }: DesiredState): string[] {
  const shared = endpoints
    .filter(({ workloads }) => workloads.includes(workload))
    .flatMap(({ workloads }) => workloads);
  return [...new Set([workload, ...shared])].sort();
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
