import { canonicalJson } from '../../../model/canonical.ts';
import type { ContainerSpec, SpecResources, SpecValue } from '../../../model/spec.ts';
import { sha256Hex } from '../../../model/spec-hash.ts';
import { imageName, repositoryOf } from '../spec/image-name.ts';
import { withoutChosenAddresses } from './addresses.ts';
import type { ConfigAnswer, ContainerInspect, ImageInspect } from './engine-types.ts';
import { expectedInspect } from './expected.ts';
import { specFromInspect } from './from-inspect.ts';
import type { NameOf } from './name-of.ts';

/** An engine fills these in by settings of its own; what the specification does not say is not compared. */
const ENGINE_CHOOSES: ReadonlySet<string> = new Set([
  ...['platform', 'files', 'cgroup', 'ipc', 'runtime', 'shmSizeBytes', 'logging', 'usernsMode', 'cgroupParent'],
  ...['oomScoreAdj', 'isolation', 'init', 'stopSignal', 'stopGraceSeconds', 'hostname', 'domainname'],
]);

/** Of those, what an engine has no settings for: somebody gave it to the container. */
const ALWAYS_GIVEN: ReadonlySet<string> = new Set([
  ...['usernsMode', 'cgroupParent', 'oomScoreAdj', 'init', 'stopSignal', 'stopGraceSeconds', 'hostname', 'domainname'],
]);

export interface Sources {
  readonly inspect: ContainerInspect;
  /** Absent when the image is gone; then only what can change in place is compared. */
  readonly image?: ImageInspect;
  readonly nameOf: NameOf;
  readonly apiVersion: string;
  /** Somebody else created it. */
  readonly isForeign?: boolean;
}

/**
 * What a container of ours is now, in the words of its own specification: an attribute that is as it was created
 * comes back exactly as the specification has it, so that a difference always means a change on the host.
 */
export function inspectedSpec(spec: ContainerSpec, sources: Sources): ContainerSpec {
  const { inspect, image, nameOf, apiVersion, isForeign = false } = sources;
  const config: ConfigAnswer = image?.Config ?? {};
  const seen = specFromInspect(inspect, config, nameOf);
  const now = { ...seen, network: withoutChosenAddresses(seen.network, spec.network) } as Attributes;
  const asCreated = specFromInspect(expectedInspect(spec, config, apiVersion), config, nameOf) as Attributes;
  const own = spec as Attributes;
  const result: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(own), ...Object.keys(now)])) {
    const isComparable = image !== undefined || ['network', 'restart', 'resources'].includes(key);
    const isChosen = own[key] === undefined && ENGINE_CHOOSES.has(key) && !(isForeign && ALWAYS_GIVEN.has(key));
    const isUnchanged = canonicalJson(now[key] ?? null) === canonicalJson(asCreated[key] ?? null);
    result[key] = !isComparable || isUnchanged ? own[key] : isChosen ? undefined : now[key];
  }
  const merged = {
    ...result,
    name: now.name,
    platform: spec.platform,
    files: spec.files,
    ...(isForeign ? foreignImage(spec, inspect, image) : imageNow(spec, inspect, image)),
    ...(image === undefined ? {} : { env: environmentNow(spec, now.env), logging: loggingNow(spec, now) }),
    oomKillDisable: now.oomKillDisable ?? spec.oomKillDisable,
    resources: resourcesNow(spec.resources, now.resources, asCreated.resources),
  };
  return dropAbsent(merged) as unknown as ContainerSpec;
}

type Attributes = ContainerSpec & Readonly<Record<string, unknown>>;

/** A container may have been created by tag, by digest, or by the id of an image that was copied to the host. */
function imageNow(spec: ContainerSpec, { Config, Image }: ContainerInspect, image: ImageInspect | undefined) {
  const created = Config.Image ?? Image;
  const asWritten = { image: spec.image, imageDigest: spec.imageDigest };
  if (created === imageName(spec.image, spec.imageDigest) || created === spec.image) return asWritten;
  if (created.startsWith('sha256:')) {
    const names = [image?.Id, ...(image?.RepoTags ?? []), ...(image?.RepoDigests ?? [])];
    const isMeant = names.some(
      (name) => name === spec.image || name === spec.imageDigest || name?.endsWith(`@${spec.imageDigest}`),
    );
    if (isMeant || image === undefined) return asWritten;
  }
  const [name = created, digest] = created.split('@', 2);
  return { image: name, imageDigest: digest };
}

/** What somebody else created runs an image that nobody wrote down: the bytes decide. */
function foreignImage(spec: ContainerSpec, { Config, Image }: ContainerInspect, image: ImageInspect | undefined) {
  const asWritten = { image: spec.image, imageDigest: spec.imageDigest };
  const [created = Image, pinned] = (Config.Image ?? Image).split('@', 2);
  const ids = [Image, ...(image?.RepoDigests ?? []).map((name) => name.split('@', 2)[1])];
  if (spec.imageDigest !== undefined && ids.includes(spec.imageDigest)) return asWritten;
  const isSameName = familiar(created) === familiar(spec.image);
  if (spec.imageDigest === undefined && isSameName) return asWritten;
  const known = image?.RepoDigests?.find(
    (name) => familiar(name.split('@', 1)[0] ?? '') === familiar(repositoryOf(created)),
  );
  return { image: isSameName ? spec.image : created, imageDigest: pinned ?? known?.split('@', 2)[1] ?? Image };
}

/** A reference without what is taken for granted. */
function familiar(reference: string): string {
  return reference.replace(/^(docker\.io\/)?(library\/)?/, '').replace(/:latest$/, '');
}

/** Values known by digest are compared by digest, and shown by it when they differ. */
function environmentNow(spec: ContainerSpec, now: ContainerSpec['env']): ContainerSpec['env'] {
  const result: Record<string, SpecValue> = {};
  const names = new Set([...Object.keys(spec.env), ...Object.keys(now)]);
  for (const name of [...names].sort()) {
    const wanted = spec.env[name];
    const found = now[name];
    if (wanted === undefined) {
      if (found !== undefined) result[name] = found;
    } else if (found === undefined || !('value' in found)) {
      // Not listed on its own: the image has the very same line.
      result[name] = wanted;
    } else if ('digest' in wanted) {
      result[name] = { digest: `sha256:${sha256Hex(found.value)}` };
    } else {
      result[name] = found.value === wanted.value ? wanted : found;
    }
  }
  return result;
}

/** The engine adds options of its own settings to those that were asked for. */
function loggingNow(spec: ContainerSpec, now: ContainerSpec): ContainerSpec['logging'] {
  const wanted = spec.logging;
  if (wanted === undefined) return undefined;
  const found = now.logging ?? { driver: 'json-file', options: {} };
  const isSame =
    found.driver === wanted.driver &&
    Object.entries(wanted.options).every(([name, value]) => found.options[name] === value);
  return isSame ? wanted : found;
}

/**
 * An engine whose kernel cannot hold a limit drops it with a warning when the container is created. Nothing but the
 * limit of processes can be taken away later, so that a limit which is not there never was.
 */
function resourcesNow(own: SpecResources, now: SpecResources, asCreated: SpecResources): SpecResources {
  const result: Record<string, unknown> = {};
  for (const key of [...new Set([...Object.keys(own), ...Object.keys(now)])].sort() as (keyof SpecResources)[]) {
    const isUnchanged = canonicalJson(now[key] ?? null) === canonicalJson(asCreated[key] ?? null);
    // An in-place change of the memory limit leaves the engine's own swap limit behind.
    const isChosen = key === 'memorySwapBytes' && own[key] === undefined;
    const isDropped = now[key] === undefined && key !== 'pids';
    const found = key === 'blkio' && own.blkio !== undefined ? { ...own.blkio, ...now.blkio } : now[key];
    result[key] = isUnchanged || isChosen || isDropped ? own[key] : found;
  }
  return dropAbsent(result) as SpecResources;
}

function dropAbsent(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
}
