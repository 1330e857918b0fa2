import { LABEL } from '../../../model/labels.ts';
import type { LiveContainer, LiveHost } from '../../../model/live.ts';
import type { ContainerSpec } from '../../../model/spec.ts';
import type { HostReader } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import { withoutSwarmAddresses } from './addresses.ts';
import { adoptedSpec } from './adopted.ts';
import type { ContainerInspect, ImageInspect } from './engine-types.ts';
import { fileDigest } from './file-digest.ts';
import { specFromInspect } from './from-inspect.ts';
import type { NameOf } from './name-of.ts';
import { inspectedSpec } from './reconcile.ts';
import { inTrueState } from './true-state.ts';

interface RefreshOptions {
  readonly stack?: string;
  /** Only these container ids; all of the stack when absent. */
  readonly ids?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

/**
 * Inspects containers of a stack, all at once, and their images, one call for each distinct one. Fills in `inspected`
 * and the networks' aliases. A container that has gone meanwhile is left out.
 */
export async function refreshContainers(
  reader: HostReader,
  host: LiveHost,
  { stack, ids, signal }: RefreshOptions,
): Promise<LiveHost> {
  const isMeant = (c: LiveContainer) => c.labels[LABEL.stack] === stack && (ids?.has(c.id) ?? true);
  const images = imageReader(reader, signal);
  const nameOf = namesOf(host);
  const containers = await Promise.all(
    host.containers.map(async (container) => {
      if (!isMeant(container)) return container;
      const inspect = await orGone(
        reader.get<ContainerInspect>(`/containers/${container.id}/json`, undefined, { signal }),
      );
      if (inspect === undefined) return undefined;
      const image = await images(inspect.Image);
      const sources = { inspect, image, nameOf, apiVersion: reader.apiVersion };
      const inspected = container.spec
        ? named(container, (container.adopted ? adoptedSpec : inspectedSpec)(container.spec, sources))
        : foreignSpec(inspect, image, nameOf);
      return withAliases({ ...inTrueState(container, inspect), inspected }, inspect);
    }),
  );
  return { ...host, containers: containers.filter((c): c is LiveContainer => c !== undefined) };
}

/** That a container does not have its names yet is told by `unnamed`, and is no change that somebody made. */
function named({ unnamed, spec }: LiveContainer, inspected: ContainerSpec): ContainerSpec {
  const own = spec?.network;
  if (!unnamed || own?.mode !== 'networks' || inspected.network.mode !== 'networks') return inspected;
  const aliases = (network: string) => own.attachments.find((a) => a.network === network)?.aliases;
  const attachments = inspected.network.attachments.map((a) => ({ ...a, aliases: aliases(a.network) ?? a.aliases }));
  return { ...inspected, network: { ...inspected.network, attachments } };
}

/**
 * What containers are that are not ours, by id, for taking them over; image and engine defaults subtracted.
 */
export async function inspectForeign(
  reader: HostReader,
  host: LiveHost,
  ids: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<LiveHost> {
  const images = imageReader(reader, signal);
  const nameOf = namesOf(host);
  const containers = await Promise.all(
    host.containers.map(async (container) => {
      if (!ids.has(container.id)) return container;
      const inspect = await orGone(
        reader.get<ContainerInspect>(`/containers/${container.id}/json`, undefined, { signal }),
      );
      if (inspect === undefined) return container;
      const image = await images(inspect.Image);
      const inspected = foreignSpec(inspect, image, nameOf);
      return withAliases({ ...container, inspected }, inspect);
    }),
  );
  return { ...host, containers };
}

function foreignSpec(inspect: ContainerInspect, image: ImageInspect | undefined, nameOf: NameOf): ContainerSpec {
  const spec = specFromInspect(inspect, image?.Config ?? {}, nameOf);
  return { ...spec, network: withoutSwarmAddresses(spec.network, inspect) };
}

export interface AdoptionOptions {
  readonly isSecret: (name: string) => boolean;
  readonly signal?: AbortSignal;
}

/**
 * What containers that are to be taken over are, each in the words of the specification it shall have. One that has
 * gone meanwhile is left out.
 *
 * @param wanted by container id
 */
export async function inspectForAdoption(
  reader: HostReader,
  host: LiveHost,
  wanted: ReadonlyMap<string, ContainerSpec>,
  { isSecret, signal }: AdoptionOptions,
): Promise<ReadonlyMap<string, ContainerSpec>> {
  const images = imageReader(reader, signal);
  const nameOf = namesOf(host);
  const { apiVersion } = reader;
  const found = await Promise.all(
    [...wanted].map(async ([id, spec]): Promise<[string, ContainerSpec] | undefined> => {
      const path = `/containers/${id}/json`;
      const inspect = await orGone(reader.get<ContainerInspect>(path, undefined, { signal }));
      if (inspect === undefined) return undefined;
      const [image, files] = await Promise.all([images(inspect.Image), digestsOf(reader, id, spec, signal)]);
      return [id, adoptedSpec(spec, { inspect, image, nameOf, apiVersion, files, isSecret })];
    }),
  );
  return new Map(found.filter((entry) => entry !== undefined));
}

/** Digests of the files that a specification puts into its container, as far as they are there. */
async function digestsOf(
  reader: HostReader,
  id: string,
  { files }: ContainerSpec,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { target } of files) {
    const archive = await orGone(reader.getArchive(id, target, { signal }));
    const digest = archive === undefined ? undefined : await fileDigest(archive);
    if (digest !== undefined) found.set(target, digest);
  }
  return found;
}

const reservations = new Map<string, LiveContainer['reserved']>();

/** Fills in what running containers without a specification of ours hold; asked once per container id and process. */
export async function withReservations(reader: HostReader, host: LiveHost, signal?: AbortSignal): Promise<LiveHost> {
  const containers = await Promise.all(
    host.containers.map(async (container) => {
      if (container.spec !== undefined || container.state === 'exited' || container.state === 'created')
        return container;
      const key = `${host.engine.id} ${container.id}`;
      if (!reservations.has(key)) {
        const path = `/containers/${container.id}/json`;
        const inspect = await orGone(reader.get<ContainerInspect>(path, undefined, { signal }));
        reservations.set(key, inspect && reservedBy(inspect));
      }
      const reserved = reservations.get(key);
      return reserved === undefined ? container : { ...container, reserved };
    }),
  );
  return { ...host, containers };
}

function reservedBy({ HostConfig }: ContainerInspect): NonNullable<LiveContainer['reserved']> {
  const { NanoCpus, CpuQuota, CpuPeriod, Memory, MemoryReservation } = HostConfig;
  const cpus = NanoCpus ? NanoCpus / 1e9 : CpuQuota && CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : undefined;
  const memoryBytes = MemoryReservation || Memory || undefined;
  return { ...(cpus === undefined ? {} : { cpus }), ...(memoryBytes === undefined ? {} : { memoryBytes }) };
}

function withAliases(container: LiveContainer, inspect: ContainerInspect): LiveContainer {
  const endpoints = inspect.NetworkSettings?.Networks ?? {};
  const aliases = (name: string) =>
    (endpoints[name]?.Aliases ?? []).filter((alias) => alias !== container.id.slice(0, 12)).sort();
  return { ...container, networks: container.networks.map((n) => ({ ...n, aliases: aliases(n.name) })) };
}

function imageReader(reader: HostReader, signal?: AbortSignal): (id: string) => Promise<ImageInspect | undefined> {
  const known = new Map<string, Promise<ImageInspect | undefined>>();
  return async (id) => {
    const asked = known.get(id) ?? orGone(reader.get<ImageInspect>(`/images/${id}/json`, undefined, { signal }));
    known.set(id, asked);
    return await asked;
  };
}

function namesOf(host: LiveHost): NameOf {
  const names = new Map(host.containers.map((container) => [container.id, container.name]));
  return (id) => names.get(id) ?? id;
}

async function orGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}
