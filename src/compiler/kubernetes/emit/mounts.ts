import type { Container, FileMount, Mount, Workload } from '../../../model/desired.ts';
import type { Json, JsonObject } from '../json.ts';
import { bytesText } from './bytes-text.ts';
import type { Emission } from './context.ts';
import { clean } from './json.ts';
import { kubernetesName } from './names.ts';

/** Volumes of a pod, collected while its containers are rendered. */
export class PodMounts {
  readonly #volumes = new Map<string, JsonObject>();
  readonly #to: Emission;
  readonly #workload: Workload;

  constructor(workload: Workload, to: Emission) {
    this.#workload = workload;
    this.#to = to;
  }

  /** After all containers were asked for. */
  get volumes(): Json[] {
    return [...this.#volumes].map(([name, source]) => ({ name, ...source }));
  }

  of(container: Container): Json[] {
    const shm = container.shmSizeBytes;
    if (shm !== undefined) this.#volumes.set('shm', { emptyDir: { medium: 'Memory', sizeLimit: bytesText(shm) } });
    return [
      ...container.mounts.flatMap((mount) => this.#mount(mount)),
      ...container.files.flatMap((file) => this.#file(file)),
      ...(shm === undefined ? [] : [{ name: 'shm', mountPath: '/dev/shm' }]),
    ];
  }

  #mount({ source, target, readOnly }: Mount): JsonObject[] {
    const add = (name: string, volume: JsonObject | undefined, subPath?: string, propagation?: string) => {
      if (volume) this.#volumes.set(name, volume);
      return [
        clean({ name, mountPath: target, subPath, readOnly: readOnly || undefined, mountPropagation: propagation }),
      ];
    };
    switch (source.type) {
      case 'volume':
        return add(kubernetesName(source.volume), this.#volumeSource(source.volume), source.subpath);
      case 'claim':
        return add(kubernetesName(source.claim), undefined, source.subpath);
      case 'scratch': {
        const scratch = this.#workload.template.scratch.find(({ name }) => name === source.name);
        const size = scratch?.sizeBytes === undefined ? undefined : bytesText(scratch.sizeBytes);
        const medium = scratch?.medium === 'memory' ? 'Memory' : undefined;
        return add(kubernetesName(source.name), { emptyDir: clean({ medium, sizeLimit: size }) }, source.subpath);
      }
      case 'anonymous':
        return add(kubernetesName(`anonymous${target}`), { emptyDir: {} });
      case 'tmpfs': {
        const sizeLimit = source.sizeBytes === undefined ? undefined : bytesText(source.sizeBytes);
        return add(kubernetesName(`tmp${target}`), { emptyDir: clean({ medium: 'Memory', sizeLimit }) });
      }
      case 'bind': {
        const type = source.createHostPath ? 'DirectoryOrCreate' : (HOST_TYPES[source.expect ?? ''] ?? undefined);
        this.#to.losses.add(
          this.#workload.id,
          `the folder ${source.path}`,
          'it must be on every node',
          'use a volume instead',
        );
        return add(
          kubernetesName(`host${source.path}`),
          { hostPath: clean({ path: source.path, type }) },
          undefined,
          PROPAGATION[source.propagation ?? ''],
        );
      }
      case 'image':
        return add(kubernetesName(`image-${source.image}`), { image: { reference: source.image } }, source.subpath);
      default:
        this.#to.losses.add(
          this.#workload.id,
          `the mount at ${target}`,
          `a mount of type ${source.type} has no counterpart`,
        );
        return [];
    }
  }

  #volumeSource(id: string): JsonObject {
    const volume = this.#to.desired.volumes.find((candidate) => candidate.id === id);
    const { type, o = '', device = '' } = volume?.driverOptions ?? {};
    const server = /(?:^|,)addr=([^,]+)/.exec(o)?.[1];
    if (type === 'nfs' && server) return { nfs: { server, path: device.replace(/^:/, '') } };
    return { persistentVolumeClaim: { claimName: kubernetesName(id) } };
  }

  /** Each file is a key of its ConfigMap or Secret, mounted alone so that its folder keeps what the image has there. */
  #file(file: FileMount): JsonObject[] {
    const { source, target, mode } = file;
    const isOwned = (file.uid ?? '0') !== '0' || (file.gid ?? '0') !== '0';
    this.#to.losses.addIf(isOwned, this.#workload.id, `the owner of ${target}`, 'files belong to root and fsGroup');
    if (!('payload' in source)) return this.#downward(file);
    const { name, key } = this.#to.reference(source.payload);
    const isConfig = source.payload.kind === 'config';
    const volume = `${isConfig ? 'config' : 'secret'}-${name}`.slice(0, 63);
    const own = isConfig ? { name } : { secretName: name };
    const before = this.#volumes.get(volume)?.[isConfig ? 'configMap' : 'secret'] as { items?: Json[] } | undefined;
    const items = [...(before?.items ?? []), clean({ key, path: key, mode: mode === 0o644 ? undefined : mode })];
    this.#volumes.set(volume, { [isConfig ? 'configMap' : 'secret']: { ...own, items: unique(items) } });
    return [{ name: volume, mountPath: target, subPath: key, readOnly: true }];
  }

  #downward({ source, target }: FileMount): JsonObject[] {
    if ('payload' in source) return [];
    const path = target.slice(target.lastIndexOf('/') + 1);
    const item =
      'field' in source
        ? { path, fieldRef: { fieldPath: source.field } }
        : {
            path,
            resourceFieldRef: clean({
              containerName: source.container,
              resource: source.resource,
              divisor: source.divisor,
            }),
          };
    const volume = kubernetesName(`downward-${path}`);
    this.#volumes.set(volume, { downwardAPI: { items: [item] } });
    return [{ name: volume, mountPath: target, subPath: path, readOnly: true }];
  }
}

const HOST_TYPES: Readonly<Record<string, string>> = {
  directory: 'Directory',
  file: 'File',
  socket: 'Socket',
  'char-device': 'CharDevice',
  'block-device': 'BlockDevice',
};
const PROPAGATION: Readonly<Record<string, string>> = {
  rslave: 'HostToContainer',
  slave: 'HostToContainer',
  rshared: 'Bidirectional',
  shared: 'Bidirectional',
};

function unique(items: readonly Json[]): Json[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
