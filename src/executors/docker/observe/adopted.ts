import { posix } from 'node:path';
import type { ContainerSpec } from '../../../model/spec.ts';
import { sha256Hex } from '../../../model/spec-hash.ts';
import type { ConfigAnswer, ContainerInspect, EndpointAnswer, HostConfigAnswer, MountAnswer } from './engine-types.ts';
import { inspectedSpec, type Sources } from './reconcile.ts';

/** Labels that other tools put on what they create. They say nothing about what the container is. */
const TOOL_LABELS = /^(com\.docker\.compose|desktop\.docker\.io|com\.docker\.stack)[./]/;
const ENGINE_GRACE_SECONDS = 10;

export interface AdoptedSources extends Sources {
  /** Digests (`sha256:…`) of files found in the container, by path; absent when nobody looked. */
  readonly files?: ReadonlyMap<string, string>;
  /** Variables whose values are not to be seen anywhere. */
  readonly isSecret?: (name: string) => boolean;
}

/**
 * What a container is that somebody else created, in the words of the specification it shall have: what comes to the
 * same as if we had created it is exactly as the specification has it, all else is as it is.
 */
export function adoptedSpec(wanted: ContainerSpec, sources: AdoptedSources): ContainerSpec {
  const { isSecret = () => false, files } = sources;
  const found = wanted.files.filter((file) => files === undefined || files.get(file.target) === file.digest);
  const inspect = tidied(wanted, found, sources);
  const spec = inspectedSpec(wanted, { ...sources, inspect, isForeign: true });
  const env = Object.entries(spec.env).map(([name, value]) => {
    const isKnown = !('value' in value) || !isSecret(name);
    return [name, isKnown ? value : { digest: `sha256:${sha256Hex(value.value)}` }];
  });
  return { ...spec, files: found, env: Object.fromEntries(env) };
}

/** The engine's answer without what makes no difference: the traces of other tools, order, and forms of the same. */
function tidied(wanted: ContainerSpec, files: ContainerSpec['files'], { inspect, image }: Sources): ContainerInspect {
  const { Config, HostConfig, NetworkSettings } = inspect;
  const { NetworkMode, Networks } = networksOf(wanted, inspect);
  return {
    ...inspect,
    Config: {
      ...Config,
      Labels: withoutToolLabels(Config.Labels, wanted),
      StopTimeout:
        Config.StopTimeout ?? (wanted.stopGraceSeconds === ENGINE_GRACE_SECONDS ? ENGINE_GRACE_SECONDS : null),
    },
    HostConfig: {
      ...HostConfig,
      ...mountsOf(wanted, files, HostConfig, image?.Config ?? {}),
      NetworkMode,
      ExtraHosts: inOrderOf(
        wanted.extraHosts,
        HostConfig.ExtraHosts?.map((line) => line.replace('=', ':')),
      ),
      SecurityOpt: inOrderOf(wanted.securityOptions, HostConfig.SecurityOpt),
      GroupAdd: inOrderOf(wanted.groupAdd, HostConfig.GroupAdd),
      DeviceCgroupRules: inOrderOf(wanted.deviceCgroupRules, HostConfig.DeviceCgroupRules),
      Ulimits: byKey(
        wanted.ulimits,
        HostConfig.Ulimits,
        (u) => u.name,
        (u) => u.Name,
      ),
      Devices: byKey(
        wanted.devices,
        HostConfig.Devices,
        (d) => d.target,
        (d) => d.PathInContainer,
      ),
    },
    NetworkSettings: { ...NetworkSettings, Networks },
  };
}

function withoutToolLabels(labels: ConfigAnswer['Labels'], wanted: ContainerSpec): Record<string, string> {
  const isMeant = ([name]: [string, string]) => name in wanted.labels || !TOOL_LABELS.test(name);
  return Object.fromEntries(Object.entries(labels ?? {}).filter(isMeant));
}

/** The container's own names count as no alias, and which network came first makes no difference. */
function networksOf(wanted: ContainerSpec, { Id, Name, Config, HostConfig, NetworkSettings }: ContainerInspect) {
  const attachments = wanted.network.mode === 'networks' ? wanted.network.attachments : [];
  const own = [Id.slice(0, 12), Name.slice(1), Config.Hostname];
  const endpoints = Object.entries(NetworkSettings?.Networks ?? {}).map(
    ([name, endpoint]): [string, EndpointAnswer] => {
      const asked = attachments.find((a) => a.network === name)?.aliases ?? [];
      const isMeant = (alias: string) => asked.includes(alias) || !own.includes(alias);
      return [name, { ...endpoint, Aliases: endpoint.Aliases?.filter(isMeant) ?? null }];
    },
  );
  const Networks = Object.fromEntries(endpoints);
  const first = attachments[0]?.network;
  const NetworkMode = first !== undefined && first in Networks ? first : HostConfig.NetworkMode;
  return { NetworkMode, Networks };
}

/**
 * Unnamed volumes that were carried over from an earlier container by name count as unnamed. A bind mount of a file
 * that holds what a config or secret does counts as that.
 */
function mountsOf(
  wanted: ContainerSpec,
  files: ContainerSpec['files'],
  { Mounts, Binds }: HostConfigAnswer,
  image: ConfigAnswer,
): Pick<HostConfigAnswer, 'Mounts' | 'Binds'> {
  const targets = new Set(wanted.mounts.map((m) => m.target));
  const contents = new Set(files.map((f) => f.target));
  const isMeant = (target: string, source: string | undefined) =>
    !contents.has(posix.normalize(target)) &&
    (targets.has(target) || !isUnnamed(source) || !(target in (image.Volumes ?? {})));
  const binds = (Binds ?? []).map((text) => text.split(':') as [string, string, ...string[]]);
  const carried = binds.filter(([source]) => isUnnamed(source));
  const unnamed = carried.map(([, Target, mode]): MountAnswer => ({ Type: 'volume', Target, ReadOnly: mode === 'ro' }));
  return {
    Mounts: [...(Mounts ?? []), ...unnamed]
      .filter((m) => isMeant(m.Target, m.Source ?? '0'.repeat(64)))
      .map((m) => (isUnnamed(m.Source) ? { ...m, Source: '' } : m)),
    Binds: binds.filter(([source, target]) => !isUnnamed(source) && isMeant(target, source)).map((b) => b.join(':')),
  };
}

function isUnnamed(volume: string | undefined): boolean {
  return volume !== undefined && /^[0-9a-f]{64}$/.test(volume);
}

/** The same members in the order of `wanted`, when they are the same. */
function inOrderOf(
  wanted: readonly string[] | undefined,
  found: readonly string[] | null | undefined,
): readonly string[] | null | undefined {
  return byKey(
    wanted,
    found,
    (text) => text,
    (text) => text,
  );
}

function byKey<W, F>(
  wanted: readonly W[] | undefined,
  found: readonly F[] | null | undefined,
  nameOf: (item: W) => string,
  keyOf: (item: F) => string,
): readonly F[] | null | undefined {
  if (wanted === undefined || !found) return found;
  const order = new Map(wanted.map((item, i) => [nameOf(item), i]));
  const rank = (item: F) => order.get(keyOf(item)) ?? order.size;
  return [...found].sort((a, b) => rank(a) - rank(b));
}
