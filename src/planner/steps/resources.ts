import type { MountSource, VolumeClaim } from '../../model/desired.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveHost } from '../../model/live.ts';
import type { VolumeSpec } from '../../model/step.ts';
import { compareNetwork, networkChange } from '../diff/network.ts';
import { compareVolume } from '../diff/volume.ts';
import { hasImage, type ImageOrigin, imageOrigin } from '../images.ts';
import { createInputs, type NetworkUse } from '../networks.ts';
import { claimVolumeName, scratchVolumeName } from '../specs/mounts.ts';
import type { PodContainer, ReplicaSpec } from '../specs/pod.ts';
import { emitBind } from './binds.ts';
import type { Build, DecidedReplica } from './context.ts';
import { fixedCreated, hasFixedSubnet } from './fixed-subnets.ts';

/** Steps that put an image, a network or a volume on a host, each emitted once. */
export class Resources {
  readonly #done = new Map<string, readonly number[]>();
  #networkSteps: ReadonlyMap<string, readonly number[]> = new Map();
  constructor(
    private readonly build: Build,
    private readonly networks: ReadonlyMap<string, NetworkUse>,
  ) {}

  /**
   * Tells what is made anew below the replicas.
   *
   * @param networkSteps steps after which a network is there, by name or `host network`
   * @param volumeSteps steps after which a volume has its data, by `host volume`
   */
  standOn(
    networkSteps: ReadonlyMap<string, readonly number[]>,
    volumeSteps: ReadonlyMap<string, readonly number[]>,
  ): void {
    this.#networkSteps = networkSteps;
    for (const [key, steps] of volumeSteps) this.#done.set(`volume ${key}`, steps);
  }

  /** Images and copied folders of a replica: they are there before anything stops. */
  images(replica: ReplicaSpec): number[] {
    return replica.containers.flatMap((c) => [...this.#image(replica, c), ...this.#folders(replica, c)]);
  }

  /** Networks whose subnet the file says: they come first on their host, or the engine may give their subnet away. */
  fixedSubnets(decided: readonly DecidedReplica[]): void {
    for (const { replica } of decided) {
      for (const { spec } of replica.containers) {
        if (spec.network.mode !== 'networks') continue;
        for (const { network } of spec.network.attachments) {
          if (hasFixedSubnet(this.networks.get(network)?.spec)) this.#network(replica.host, network);
        }
      }
    }
  }

  /** The networks of a replica. */
  networksOf(replica: ReplicaSpec): number[] {
    return replica.containers.flatMap((c) => [...this.#networksOf(replica, c)]);
  }

  /** Everything the containers of a replica need on its host before they can be created. */
  ensure(replica: ReplicaSpec): number[] {
    return replica.containers.flatMap((c) => [
      ...this.#image(replica, c),
      ...this.#folders(replica, c),
      ...this.#networksOf(replica, c),
      ...this.#volumesOf(replica, c),
    ]);
  }

  #once(key: string, emit: () => readonly number[]): readonly number[] {
    const known = this.#done.get(key);
    if (known !== undefined) return known;
    const ids = emit();
    this.#done.set(key, ids);
    return ids;
  }

  /** An image that no replica names, such as the gateway's. */
  image(hostName: string, image: string): readonly number[] {
    const host = this.#host(hostName);
    return this.#once(`image ${hostName} ${image}`, () => {
      if (hasImage(host, image, undefined)) return [];
      const id = this.build.graph.add('image.pull', { host: hostName, cause: 'not on this host' }, { image });
      this.build.beforeStops.push(id);
      return [id];
    });
  }

  #image(replica: ReplicaSpec, { spec, container }: PodContainer): readonly number[] {
    const host = this.#host(replica.host);
    return this.#once(`image ${host.name} ${spec.image}`, () => {
      const present = hasImage(host, spec.image, spec.imageDigest);
      const policy = container?.pullPolicy ?? 'missing';
      // What is there may be for another platform; the step looks, and leaves one that fits as it is.
      const isLookedAt = spec.platform !== undefined && policy !== 'never' && policy !== 'build';
      if (present && !isLookedAt && (policy !== 'always' || spec.imageDigest !== undefined)) return [];
      const origin = imageOrigin(this.build, host, spec.image, spec.imageDigest);
      if (origin !== undefined) return this.#transfer(host, replica.workload.id, spec.image, origin);
      if (policy === 'never' || policy === 'build') return [];
      const id = this.build.graph.add(
        'image.pull',
        {
          host: host.name,
          cause: !present
            ? 'not on this host'
            : isLookedAt
              ? `has to be for ${spec.platform}`
              : 'pull policy is always',
          workload: replica.workload.id,
        },
        {
          image: spec.image,
          ...(spec.imageDigest ? { digest: spec.imageDigest } : {}),
          ...(spec.platform ? { platform: spec.platform } : {}),
        },
      );
      this.build.beforeStops.push(id);
      return [id];
    });
  }

  #transfer(host: LiveHost, workload: string, image: string, origin: ImageOrigin): readonly number[] {
    const source = origin.from === undefined ? 'the local engine' : origin.from;
    const cause = `in no registry; comes from ${source}`;
    const id = this.build.graph.add('image.transfer', { host: host.name, cause, workload }, { image, ...origin });
    this.build.beforeStops.push(id);
    return [id];
  }

  #folders(replica: ReplicaSpec, { container }: PodContainer): readonly number[] {
    return (container?.mounts ?? []).flatMap(({ source }) => {
      if (source.type !== 'bind') return [];
      const host = this.#host(replica.host);
      return this.#once(`bind ${host.name} ${source.path}`, () =>
        emitBind(this.build, host, replica.workload.id, source),
      );
    });
  }

  #networksOf(replica: ReplicaSpec, { spec }: PodContainer): readonly number[] {
    if (spec.network.mode !== 'networks') return [];
    return spec.network.attachments.flatMap(({ network }) => this.#network(replica.host, network));
  }

  #network(hostName: string, name: string): readonly number[] {
    const use = this.networks.get(name);
    if (use === undefined) return [];
    const { spec } = use;
    if (spec.driver === 'overlay') return this.#networkSteps.get(name) ?? [];
    const host = this.#host(hostName);
    return this.#once(`network ${hostName} ${name}`, () => {
      const before = this.#networkSteps.get(`${hostName} ${name}`);
      if (before === undefined && compareNetwork(spec, this.build.stack, host).state === 'same') return [];
      if (before === undefined) this.build.changes.push(networkChange('create', spec, hostName, 'not on this host'));
      const after = [...(before ?? []), ...(hasFixedSubnet(spec) ? [] : fixedCreated(this.build, hostName))];
      const head = { host: hostName, cause: 'its replicas need it', after };
      return [this.build.graph.add('network.create', head, createInputs(use))];
    });
  }

  #volumesOf(replica: ReplicaSpec, { container }: PodContainer): readonly number[] {
    return (container?.mounts ?? []).flatMap((mount) => {
      const spec = this.#volumeOf(replica, mount.source);
      return spec === undefined ? [] : this.#volume(replica, spec);
    });
  }

  #volume(replica: ReplicaSpec, spec: VolumeSpec): readonly number[] {
    const host = this.#host(replica.host);
    return this.#once(`volume ${host.name} ${spec.name}`, () => {
      const found = compareVolume(spec, host);
      if (found.state === 'differs') this.#keptAsItIs(host, spec);
      if (found.state !== 'missing') return [];
      const isScratch = spec.labels[SCRATCH] !== undefined;
      if (!isScratch) {
        const change = { action: 'create', kind: 'volume', resource: spec.resource, host: host.name } as const;
        this.build.changes.push({ ...change, differences: [], cause: 'not on this host' });
      }
      const cause = isScratch ? 'scratch space of the replica' : 'its data needs a place';
      return [
        this.build.graph.add(
          'volume.create',
          { host: host.name, cause, workload: replica.workload.id },
          { volume: spec },
        ),
      ];
    });
  }

  #volumeOf({ workload, ordinal, podHash }: ReplicaSpec, source: MountSource): VolumeSpec | undefined {
    const { stack, desired } = this.build;
    if (source.type === 'volume') {
      const volume = desired.volumes.find((v) => v.id === source.volume);
      return volume === undefined || volume.external ? undefined : volumeSpec(volume, volume.id, volume.name);
    }
    if (source.type === 'claim') {
      const claim = workload.stateful?.claims.find((c) => c.name === source.claim);
      const name = claimVolumeName(stack, workload, source.claim, ordinal);
      if (claim === undefined) return undefined;
      return volumeSpec(ofOrdinal(claim, ordinal), `${claim.name}-${workload.id}-${ordinal}`, name);
    }
    if (source.type !== 'scratch') return undefined;
    const scratch = workload.template.scratch.find((s) => s.name === source.name);
    if (scratch === undefined) return undefined;
    const name = scratchVolumeName(stack, workload, ordinal, scratch.name, podHash);
    const size = scratch.sizeBytes === undefined ? {} : { o: `size=${scratch.sizeBytes}` };
    const driverOptions = scratch.medium === 'memory' ? { type: 'tmpfs', device: 'tmpfs', ...size } : {};
    return volumeSpec({ driver: 'local', driverOptions, labels: { [SCRATCH]: podHash } }, name, name);
  }

  #keptAsItIs(host: LiveHost, spec: VolumeSpec): void {
    this.build.diagnostics.push({
      severity: 'warning',
      code: 'plan/volume-differs',
      message: 'a volume exists with other options and is used as it is',
      where: `volume ${spec.name} on ${host.name}`,
      why: 'an engine cannot change a volume, and replacing it would lose its data',
      fix: 'back it up, remove it by name, and apply again; or put the old options back',
    });
  }

  #host(name: string): LiveHost {
    return this.build.hosts.get(name) as LiveHost;
  }
}

/** Marks volumes that go with their replica. */
export const SCRATCH = `${LABEL.prefix}scratch`;

/** Each ordinal has its own folder on a server that all ordinals share. */
function ofOrdinal(claim: VolumeClaim, ordinal: number): VolumeClaim {
  const options = Object.entries(claim.driverOptions).map(([k, v]) => [k, v.replaceAll('{ordinal}', String(ordinal))]);
  return { ...claim, driverOptions: Object.fromEntries(options) };
}

function volumeSpec(
  { driver, driverOptions, labels }: Pick<VolumeSpec, 'driver' | 'driverOptions' | 'labels'>,
  resource: string,
  name: string,
): VolumeSpec {
  return { name, resource, driver, driverOptions, labels };
}
