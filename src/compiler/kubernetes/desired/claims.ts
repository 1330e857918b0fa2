import type { NodeSelectorTerm, Volume } from '../../../model/desired.ts';
import { matchesSelector, selectorFromLabelSelector } from '../../../model/kubernetes/selector.ts';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec, StorageClass } from '../api.ts';
import type { LoadedObject } from '../load.ts';
import { FieldPath } from '../path.ts';
import { bytesOf } from './amounts.ts';
import type { Conversion } from './context.ts';
import { engineName, present, qualified, strings } from './ids.ts';
import { termOf } from './placement.ts';

/** What a claim comes to on a plain host. */
export type BoundClaim =
  | { readonly type: 'volume'; readonly volume: string }
  /** A volume that is a folder of the host, and on which hosts it is. */
  | { readonly type: 'path'; readonly path: string; readonly hosts?: readonly NodeSelectorTerm[] };

export interface DriverChoice {
  readonly driver: string;
  readonly driverOptions: Record<string, string>;
}

const SPEC = FieldPath.root('spec');

/** Resolves a claim to its PersistentVolume, or to a volume that its StorageClass makes. */
export function bindClaim(claim: LoadedObject, to: Conversion): BoundClaim {
  const { metadata, spec = {} } = claim.value as PersistentVolumeClaim;
  const id = qualified(claim.namespace, claim.name);
  const bound = findVolume(claim, spec, to);
  if (bound) {
    const folder = folderOf(bound);
    if (folder) return folder;
  }
  if (!to.volumes.has(id)) {
    const choice = bound ? volumeDriver(bound, to) : classDriver(spec, id, claim, to);
    const volume: Volume = {
      id,
      name: engineName(to.stack, claim.namespace, claim.name),
      external: false,
      ...choice,
      labels: strings(metadata?.labels),
      ...present({ sizeBytes: bytesOf(spec.resources?.requests?.storage) }),
    };
    to.volumes.set(id, volume);
    to.place('volume', id, claim);
  }
  return { type: 'volume', volume: id };
}

/** The PersistentVolume that the claim names, or the smallest that fits it. */
function findVolume(claim: LoadedObject, spec: PersistentVolumeClaimSpec, to: Conversion): LoadedObject | undefined {
  const volumes = to.ofKind('PersistentVolume');
  if (spec.volumeName) return volumes.find(({ name }) => name === spec.volumeName);
  const wanted = bytesOf(spec.resources?.requests?.storage) ?? 0;
  const selector =
    spec.selector && selectorFromLabelSelector(spec.selector as Parameters<typeof selectorFromLabelSelector>[0]);
  const claimed = new Set(
    to.ofKind('PersistentVolumeClaim').flatMap(({ value }) => (value as PersistentVolumeClaim).spec?.volumeName ?? []),
  );
  const fits = ({ name, value }: LoadedObject) => {
    const { metadata, spec: volume = {} } = value as PersistentVolume;
    const owner = volume.claimRef;
    if (owner) return owner.name === claim.name && (owner.namespace ?? 'default') === claim.namespace;
    return (
      !claimed.has(name) &&
      (volume.storageClassName ?? '') === (spec.storageClassName ?? '') &&
      (spec.accessModes ?? []).every((mode) => volume.accessModes?.includes(mode)) &&
      (bytesOf(volume.capacity?.storage) ?? 0) >= wanted &&
      (!selector || matchesSelector(selector, strings(metadata?.labels)))
    );
  };
  const taken = to.takenVolumes;
  const key = `${claim.namespace}/${claim.name}`;
  const own = volumes.find(({ name }) => taken.get(name) === key);
  if (own) return own;
  const candidates = volumes.filter((volume) => !taken.has(volume.name) && fits(volume));
  const size = ({ value }: LoadedObject) => bytesOf((value as PersistentVolume).spec?.capacity?.storage) ?? 0;
  const found = candidates.sort((a, b) => size(a) - size(b) || (a.name < b.name ? -1 : 1))[0];
  if (found) taken.set(found.name, key);
  return found;
}

function folderOf(volume: LoadedObject): BoundClaim | undefined {
  const { spec = {} } = volume.value as PersistentVolume;
  const path = spec.hostPath?.path ?? spec.local?.path;
  if (path === undefined) return undefined;
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms?.map(termOf);
  return { type: 'path', path, ...present({ hosts: terms }) };
}

function volumeDriver(volume: LoadedObject, to: Conversion): DriverChoice {
  const { spec = {} } = volume.value as PersistentVolume;
  if (spec.nfs) {
    return nfsDriver(spec.nfs.server ?? '', spec.nfs.path ?? '/', [
      ...(spec.mountOptions ?? []),
      ...(spec.nfs.readOnly ? ['ro'] : []),
    ]);
  }
  const source = Object.keys(spec).find((name) =>
    /Disk|Store|csi|iscsi|rbd|ceph|gluster|cinder|fc|azure|vsphere|quobyte|flex|scale|storageos|portworx|photon|flocker/i.test(
      name,
    ),
  );
  to.findings(volume).notHonoured(SPEC.child(source ?? ''), 'volume-source', 'plain hosts cannot attach this volume', {
    detail: source ?? volume.name,
    why: 'a local volume on the host of the replica takes its place',
  });
  return { driver: 'local', driverOptions: {} };
}

/** The engine's own local driver mounts NFS. */
export function nfsDriver(server: string, path: string, options: readonly string[]): DriverChoice {
  const known = options.some((option) => /^(rw|ro)$/.test(option)) ? options : ['rw', ...options];
  return {
    driver: 'local',
    driverOptions: { type: 'nfs', o: [`addr=${server}`, ...known].join(','), device: `:${path}` },
  };
}

const LOCAL_PROVISIONER =
  /(hostpath|host-path|local-path|no-provisioner|^docker\.io\/local$|^local$|openebs\.io\/local|microk8s\.io)/;
const NFS_PROVISIONER = /nfs/;

/**
 * The driver for a claim that no PersistentVolume answers. A provisioner `docker.io/NAME` is the volume driver NAME with
 * the class's parameters as its options; NFS provisioners become the local driver with NFS options.
 */
export function classDriver(
  spec: PersistentVolumeClaimSpec,
  folder: string,
  claim: LoadedObject,
  to: Conversion,
): DriverChoice {
  const name = spec.storageClassName ?? defaultClass(to);
  if (!name) return { driver: 'local', driverOptions: {} };
  const object = to.find('StorageClass', '', name);
  if (!object) {
    warnClass(claim, `there is no StorageClass \`${name}\` in the files`, to);
    return { driver: 'local', driverOptions: {} };
  }
  const storage = object.value as StorageClass;
  const provisioner = storage.provisioner ?? '';
  const parameters = strings(storage.parameters);
  const plugin = /^docker\.io\/(.+)$/.exec(provisioner)?.[1];
  if (plugin) return { driver: plugin, driverOptions: parameters };
  const share = parameters.share ?? parameters.path ?? parameters.exportPath;
  if (NFS_PROVISIONER.test(provisioner) && parameters.server && share) {
    to.findings(claim).warning('nfs-folder', 'the folder on the NFS server is not made by itself', SPEC, {
      detail: `${parameters.server}:${share.replace(/\/$/, '')}/${folder.replaceAll('/', '-')}`,
      fix: 'make the folder on the server before you apply',
    });
    return nfsDriver(
      parameters.server,
      `${share.replace(/\/$/, '')}/${folder.replaceAll('/', '-')}`,
      storage.mountOptions ?? [],
    );
  }
  if (!LOCAL_PROVISIONER.test(provisioner)) warnClass(claim, `plain hosts have no provisioner \`${provisioner}\``, to);
  return { driver: 'local', driverOptions: {} };
}

function defaultClass(to: Conversion): string | undefined {
  const marked = to.ofKind('StorageClass').find(({ value }) => {
    const annotations = (value as StorageClass).metadata?.annotations;
    return annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
  });
  return marked?.name;
}

function warnClass(claim: LoadedObject, detail: string, to: Conversion): void {
  to.findings(claim).notHonoured(SPEC.child('storageClassName'), 'storage-class', 'the storage class is not honoured', {
    detail,
    why: 'a local volume on the host of the replica takes its place',
  });
}
