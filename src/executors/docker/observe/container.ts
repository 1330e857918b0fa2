import { type Adoptions, withAdoption } from '../../../model/adoption.ts';
import type { Protocol } from '../../../model/desired.ts';
import { LABEL } from '../../../model/labels.ts';
import type { ContainerState, LiveContainer, LiveVolume } from '../../../model/live.ts';
import { isUnnamed, readSpecNote } from '../../../model/notes.ts';
import type { ContainerSpec } from '../../../model/spec.ts';
import type { ContainerSummary } from './engine-types.ts';

/**
 * One line of the container list in our words. A container of ours carries its specification in a label; the note of
 * a later in-place update stands above it.
 */
export function liveContainer(
  summary: ContainerSummary,
  volumes: readonly LiveVolume[],
  adoptions: Adoptions = new Map(),
): LiveContainer {
  const own = { labels: summary.Labels ?? {} };
  const { labels, adopted } = withAdoption(own, 'container', summary.Id, adoptions);
  const spec = readSpecNote(volumes, summary.Id) ?? readSpecLabel(labels);
  const exitCode = exitCodeOf(summary.Status);
  return {
    id: summary.Id,
    name: nameOf(summary),
    labels,
    image: summary.Image,
    imageId: summary.ImageID,
    state: summary.State as ContainerState,
    health: healthOf(summary.Status, labels),
    ...(exitCode === undefined ? {} : { exitCode }),
    createdAt: summary.Created,
    status: summary.Status,
    ports: (summary.Ports ?? []).map(livePort).sort((a, b) => comparePorts(a, b)),
    networks: Object.entries(summary.NetworkSettings?.Networks ?? {})
      .map(([name, endpoint]) => ({
        name,
        id: endpoint.NetworkID,
        ...(endpoint.IPAddress ? { ip: endpoint.IPAddress } : {}),
        ...(endpoint.IPAMConfig?.IPv4Address ? { fixedIp: endpoint.IPAMConfig.IPv4Address } : {}),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    mounts: (summary.Mounts ?? [])
      .map((mount) => ({
        type: mount.Type,
        ...(mount.Name ? { name: mount.Name } : {}),
        ...(mount.Source ? { source: mount.Source } : {}),
        target: mount.Destination,
        readOnly: !mount.RW,
      }))
      .sort((a, b) => (a.target < b.target ? -1 : 1)),
    networkMode: summary.HostConfig?.NetworkMode ?? '',
    ...(spec === undefined ? {} : { spec }),
    ...(isUnnamed(volumes, summary.Id, labels) && { unnamed: true }),
    ...(adopted && { adopted }),
  };
}

/** Links add further names (`/other/alias`); the container's own has one slash. */
function nameOf({ Names, Id }: ContainerSummary): string {
  const own = Names.find((name) => name.lastIndexOf('/') === 0) ?? Names[0];
  return own?.slice(1) ?? Id.slice(0, 12);
}

function readSpecLabel(labels: Readonly<Record<string, string>>): ContainerSpec | undefined {
  const text = labels[LABEL.spec];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as ContainerSpec;
  } catch {
    return undefined;
  }
}

/** The list tells the exit code only in its words: `Exited (137) 3 minutes ago`. */
function exitCodeOf(status: string): number | undefined {
  const code = /^Exited \((-?\d+)\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}

/** A check that only ends its container makes nobody wait for it. */
function healthOf(status: string, labels: Readonly<Record<string, string>>): LiveContainer['health'] {
  if (status.includes('(health: starting)')) return LABEL.aliveCheck in labels ? 'none' : 'starting';
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return 'none';
}

type LivePort = LiveContainer['ports'][number];

function livePort(port: NonNullable<ContainerSummary['Ports']>[number]): LivePort {
  return {
    ...(port.IP ? { hostIp: port.IP } : {}),
    ...(port.PublicPort === undefined ? {} : { hostPort: port.PublicPort }),
    containerPort: port.PrivatePort,
    protocol: port.Type as Protocol,
  };
}

function comparePorts(a: LivePort, b: LivePort): number {
  const text = (port: LivePort) => `${port.protocol} ${port.hostIp ?? ''}`;
  return (
    a.containerPort - b.containerPort ||
    (a.hostPort ?? 0) - (b.hostPort ?? 0) ||
    (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0)
  );
}
