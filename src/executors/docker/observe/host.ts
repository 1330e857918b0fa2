import { readAdoptions, withAdoption } from '../../../model/adoption.ts';
import type { EngineInfo, LiveHost, LiveImage, LiveNetwork, LiveState, LiveVolume } from '../../../model/live.ts';
import { readMarks } from '../../../model/notes.ts';
import type { HostReader, Query } from '../../transport/connection.ts';
import { HostError } from '../../transport/errors.ts';
import { sharedGet } from '../../transport/shared-get.ts';
import { liveContainer } from './container.ts';
import type { ContainerSummary, ImageSummary, InfoAnswer, NetworkAnswer, VolumeAnswer } from './engine-types.ts';
import { refreshContainers, withReservations } from './inspect.ts';
import { withStoppedChecks } from './stopped.ts';
import { withTrueStates } from './true-state.ts';

export interface ObserveOptions {
  /** Whose containers `refresh` inspects; of those, the ones that ended well are looked at for a health check. */
  readonly stack?: string;
  /** Inspect each container of the stack, for `LiveContainer.inspected`; 'states': whether those listed as running are. */
  readonly refresh?: boolean | 'states';
  /** Inspect running containers that are not ours, for `LiveContainer.reserved`. */
  readonly withReservations?: boolean;
  /**
   * The hosts as they were seen before: what their engines are and which images they have is taken from there, and two calls
   * of six are saved.
   */
  readonly known?: LiveState;
  readonly signal?: AbortSignal;
}

/**
 * All that is on one host, ours or not, in five calls (besides the one that opened the connection). Lists are sorted
 * by name, so that the same host gives the same state.
 */
export async function observeHost(reader: HostReader, options: ObserveOptions = {}): Promise<LiveHost> {
  const { signal } = options;
  const known = options.known?.hosts.find(({ name }) => name === reader.name);
  const get = async <T>(path: string, query?: Query) => await reader.get<T>(path, query, { signal });
  const [engine, containers, networks, volumes, images] = await Promise.all([
    known?.engine ?? get<InfoAnswer>('/info').then((info) => engineInfo(info, reader.apiVersion)),
    get<ContainerSummary[]>('/containers/json', { all: true }),
    get<NetworkAnswer[]>('/networks'),
    sharedGet<{ Volumes: VolumeAnswer[] | null }>(reader, '/volumes', { signal }),
    known?.images ?? get<ImageSummary[]>('/images/json').then(liveImages),
  ]);
  const liveVolumes = (volumes.Volumes ?? []).map(liveVolume).sort(byName);
  const adoptions = readAdoptions(liveVolumes);
  let host: LiveHost = {
    entry: reader.entry,
    name: reader.name,
    ...(reader.address === undefined ? {} : { address: reader.address }),
    engine,
    containers: containers.map((summary) => liveContainer(summary, liveVolumes, adoptions)).sort(byName),
    networks: networks.map((n) => withAdoption(liveNetwork(n), 'network', n.Id, adoptions)).sort(byName),
    volumes: liveVolumes.map((v) => withAdoption(v, 'volume', v.name, adoptions)),
    images,
    marks: readMarks(liveVolumes),
  };
  if (options.refresh === true && options.stack !== undefined) host = await refreshContainers(reader, host, options);
  if (options.refresh === 'states' && options.stack !== undefined)
    host = await withTrueStates(reader, host, options.stack, signal);
  if (options.stack !== undefined) host = await withStoppedChecks(reader, host, options.stack, signal);
  if (options.withReservations) host = await withReservations(reader, host, signal);
  return host;
}

/** What `openHosts` gives, or the read-only half of it. */
export type ReadResult =
  | { readonly ok: true; readonly connection: HostReader }
  | { readonly ok: false; readonly error: HostError };

/** All hosts at once. One that cannot be read is in `unreadable`, never an empty host. */
export async function observeAll(
  results: ReadonlyMap<string, ReadResult>,
  options: ObserveOptions = {},
): Promise<LiveState> {
  const observed = await Promise.all(
    [...results].map(async ([name, result]) => {
      if (!result.ok) return { name, error: result.error };
      try {
        return { name, host: await observeHost(result.connection, options) };
      } catch (error) {
        if (error instanceof HostError) return { name, error };
        throw error;
      }
    }),
  );
  return {
    hosts: observed.flatMap(({ host }) => host ?? []),
    unreadable: observed.flatMap(({ name, error }) =>
      error === undefined ? [] : { name, reason: error.message, code: error.code },
    ),
  };
}

function engineInfo(info: InfoAnswer, apiVersion: string): EngineInfo {
  const swarm = info.Swarm ?? {};
  const state = swarm.LocalNodeState || 'inactive';
  return {
    id: info.ID,
    hostname: info.Name,
    version: info.ServerVersion,
    apiVersion,
    os: info.OSType,
    architecture: info.Architecture,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    labels: Object.fromEntries((info.Labels ?? []).map(splitLabel)),
    storageDriver: info.Driver,
    runtimes: Object.keys(info.Runtimes ?? {}).sort(),
    swarm: {
      state: state as EngineInfo['swarm']['state'],
      isManager: swarm.ControlAvailable ?? false,
      ...(swarm.NodeID ? { nodeId: swarm.NodeID } : {}),
      ...(swarm.Cluster?.ID ? { clusterId: swarm.Cluster.ID } : {}),
      ...(swarm.NodeAddr ? { advertiseAddress: swarm.NodeAddr } : {}),
    },
    liveRestore: info.LiveRestoreEnabled ?? false,
    warnings: info.Warnings ?? [],
  };
}

function splitLabel(label: string): [string, string] {
  const equals = label.indexOf('=');
  return equals < 0 ? [label, ''] : [label.slice(0, equals), label.slice(equals + 1)];
}

function liveNetwork(network: NetworkAnswer): LiveNetwork {
  return {
    id: network.Id,
    name: network.Name,
    driver: network.Driver,
    scope: network.Scope,
    internal: network.Internal,
    attachable: network.Attachable,
    enableIpv6: network.EnableIPv6,
    labels: network.Labels ?? {},
    options: network.Options ?? {},
    subnets: (network.IPAM?.Config ?? []).map(({ Subnet, Gateway, IPRange }) => ({
      ...(Subnet ? { subnet: Subnet } : {}),
      ...(Gateway ? { gateway: Gateway } : {}),
      ...(IPRange ? { ipRange: IPRange } : {}),
    })),
  };
}

function liveVolume(volume: VolumeAnswer): LiveVolume {
  return {
    name: volume.Name,
    driver: volume.Driver,
    labels: volume.Labels ?? {},
    options: volume.Options ?? {},
    ...(volume.Mountpoint ? { mountpoint: volume.Mountpoint } : {}),
  };
}

function liveImages(images: readonly ImageSummary[]): LiveImage[] {
  return images.map(liveImage).sort((a, b) => compare(a.id, b.id));
}

function liveImage(image: ImageSummary): LiveImage {
  const named = (names: readonly string[] | null | undefined) =>
    (names ?? []).filter((name) => !name.startsWith('<none>')).sort();
  return { id: image.Id, tags: named(image.RepoTags), digests: named(image.RepoDigests), sizeBytes: image.Size };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
