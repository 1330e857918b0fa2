import type { FileMount, Mount, MountSource, NodeSelectorTerm, ScratchVolume } from '../../../model/desired.ts';
import { expandReferences, referencesIn } from '../../../model/kubernetes/expand.ts';
import type { DownwardFile, KeyToPath, PodSpec, Volume, VolumeMount } from '../api.ts';
import type { FieldPath } from '../path.ts';
import { bytesOf } from './amounts.ts';
import { bindClaim, nfsDriver } from './claims.ts';
import type { Conversion } from './context.ts';
import type { Environment } from './env.ts';
import { engineName, present, qualified } from './ids.ts';
import { type PodPlace, reportMissing } from './references.ts';

/** A file inside a volume, its path below the mount. */
type VolumeFile = Omit<FileMount, 'target'> & { readonly path: string };

/** What a pod's volume is made of. */
export type PodVolume =
  | { readonly type: 'mount'; readonly source: MountSource; readonly readOnly: boolean }
  /** Files put into a scratch volume, so that the image's own files at the place are hidden as they are on a cluster. */
  | { readonly type: 'files'; readonly name: string; readonly files: readonly VolumeFile[] };

export interface PodVolumes {
  readonly byName: ReadonlyMap<string, PodVolume>;
  readonly scratch: readonly ScratchVolume[];
  /** Node terms of local PersistentVolumes. */
  readonly terms: readonly (readonly NodeSelectorTerm[])[];
}

/** @param claims names of the claims that a StatefulSet makes for each ordinal */
export function volumesOf(spec: PodSpec, claims: readonly string[], pod: PodPlace, to: Conversion): PodVolumes {
  const byName = new Map<string, PodVolume>();
  const scratch: ScratchVolume[] = [];
  const terms: (readonly NodeSelectorTerm[])[] = [];
  const owner = Number(spec.securityContext?.fsGroup ?? 0);
  (spec.volumes ?? []).forEach((volume, i) => {
    const name = volume.name ?? '';
    if (claims.includes(name)) return;
    const found = volumeOf(volume, { pod, path: pod.path.child('volumes').index(i), owner, scratch, terms, to });
    byName.set(name, found);
    if (found.type === 'files') scratch.push({ name, medium: 'disk' });
  });
  for (const claim of claims) byName.set(claim, { type: 'mount', source: { type: 'claim', claim }, readOnly: false });
  return { byName, scratch, terms };
}

interface Work {
  readonly pod: PodPlace;
  readonly path: FieldPath;
  /** Group of the files: the pod's `fsGroup`. */
  readonly owner: number;
  readonly scratch: ScratchVolume[];
  readonly terms: (readonly NodeSelectorTerm[])[];
  readonly to: Conversion;
}

function volumeOf(volume: Volume, work: Work): PodVolume {
  const name = volume.name ?? '';
  const { configMap, secret, downwardAPI, projected, emptyDir, hostPath, persistentVolumeClaim, nfs, image } = volume;
  if (configMap)
    return {
      type: 'files',
      name,
      files: keyFiles('config', configMap.name ?? '', configMap, configMap.defaultMode, work),
    };
  if (secret)
    return {
      type: 'files',
      name,
      files: keyFiles('secret', secret.secretName ?? '', secret, secret.defaultMode, work),
    };
  if (downwardAPI)
    return {
      type: 'files',
      name,
      files: (downwardAPI.items ?? []).flatMap((file) => downwardFile(file, downwardAPI.defaultMode, work)),
    };
  if (projected) return { type: 'files', name, files: projectedFiles(projected, work) };
  if (hostPath) return hostFolder(hostPath.path ?? '/', hostPath.type ?? '', work);
  if (persistentVolumeClaim)
    return claimed(persistentVolumeClaim.claimName ?? '', persistentVolumeClaim.readOnly ?? false, work);
  if (nfs) return nfsVolume(nfs.server ?? '', nfs.path ?? '/', nfs.readOnly ?? false, work);
  if (image) return { type: 'mount', source: { type: 'image', image: image.reference ?? '' }, readOnly: true };
  if (emptyDir) {
    const medium = emptyDir.medium?.startsWith('Memory') ? 'memory' : 'disk';
    return scratchVolume(name, work, { medium, ...present({ sizeBytes: bytesOf(emptyDir.sizeLimit) }) });
  }
  if (volume.ephemeral) {
    const size = bytesOf(volume.ephemeral.volumeClaimTemplate?.spec?.resources?.requests?.storage);
    return scratchVolume(name, work, { medium: 'disk', ...present({ sizeBytes: size }) });
  }
  const source = Object.keys(volume).find((field) => field !== 'name') ?? '';
  work.to
    .findings(work.pod.object)
    .notHonoured(work.path.child(source), 'volume-source', 'plain hosts cannot attach this volume', {
      detail: source,
      why: 'an empty folder that lives as long as the replica takes its place',
      fix: 'use a persistentVolumeClaim, nfs or hostPath',
    });
  return scratchVolume(name, work, { medium: 'disk' });
}

function scratchVolume(name: string, work: Work, volume: Omit<ScratchVolume, 'name'>): PodVolume {
  work.scratch.push({ name, ...volume });
  return { type: 'mount', source: { type: 'scratch', name }, readOnly: false };
}

interface Items {
  items?: KeyToPath[];
  optional?: boolean;
}

function keyFiles(
  kind: 'config' | 'secret',
  name: string,
  source: Items,
  mode: number | undefined,
  work: Work,
): VolumeFile[] {
  const { pod, path, to } = work;
  const namespace = pod.object.namespace;
  const keys = to.keysOf(kind, namespace, name);
  if (!keys) reportMissing(kind, name, undefined, source.optional, pod, path, to);
  const items: KeyToPath[] = source.items ?? (keys ?? []).map((key) => ({ key, path: key }));
  return items.flatMap(({ key = '', path: file = key, mode: own }): VolumeFile[] => {
    const payload = to.payloadOf(kind, namespace, name, key);
    if (payload) return [{ path: file, source: { payload }, ...ownership(own ?? mode, work) }];
    if (keys) reportMissing(kind, name, key, source.optional, pod, path, to);
    return [];
  });
}

function ownership(mode: number | undefined, { owner }: Work): { mode: number; gid?: string } {
  // A group that owns the volume may read what its owner may read.
  const given = mode ?? 0o644;
  return owner > 0 ? { mode: given | ((given & 0o400) >> 3), gid: String(owner) } : { mode: given };
}

function downwardFile(file: DownwardFile, mode: number | undefined, work: Work): VolumeFile[] {
  const rest = { path: file.path ?? '', ...ownership(file.mode ?? mode, work) };
  if (file.fieldRef) return [{ ...rest, source: { field: file.fieldRef.fieldPath ?? '' } }];
  const { resource = '', divisor = '0', containerName } = file.resourceFieldRef ?? {};
  if (resource === '') return [];
  return [
    {
      ...rest,
      source: { resource, divisor: divisor === '0' ? '1' : divisor, ...present({ container: containerName }) },
    },
  ];
}

function projectedFiles(projected: NonNullable<Volume['projected']>, work: Work): VolumeFile[] {
  return (projected.sources ?? []).flatMap((source, i): VolumeFile[] => {
    const at = work.path.child('projected', 'sources').index(i);
    if (source.configMap)
      return keyFiles('config', source.configMap.name ?? '', source.configMap, projected.defaultMode, work);
    if (source.secret) return keyFiles('secret', source.secret.name ?? '', source.secret, projected.defaultMode, work);
    if (source.downwardAPI)
      return (source.downwardAPI.items ?? []).flatMap((file) => downwardFile(file, projected.defaultMode, work));
    const kind = source.serviceAccountToken ? 'serviceAccountToken' : 'clusterTrustBundle';
    work.to
      .findings(work.pod.object)
      .notHonoured(at.child(kind), 'service-account', 'plain hosts have no service accounts', {
        detail: 'the file is left out',
      });
    return [];
  });
}

const EXPECT: Readonly<Record<string, Extract<MountSource, { type: 'bind' }>['expect']>> = {
  Directory: 'directory',
  File: 'file',
  FileOrCreate: 'file',
  Socket: 'socket',
  CharDevice: 'char-device',
  BlockDevice: 'block-device',
};

function hostFolder(path: string, type: string, work: Work): PodVolume {
  if (type === 'FileOrCreate') {
    work.to
      .findings(work.pod.object)
      .notHonoured(work.path.child('hostPath', 'type'), 'host-path', 'the file is not made by itself', {
        detail: path,
        fix: 'make the file on the hosts, or use DirectoryOrCreate',
      });
  }
  const expect = EXPECT[type];
  const source: MountSource = { type: 'bind', path, createHostPath: expect === undefined, ...present({ expect }) };
  return { type: 'mount', source, readOnly: false };
}

function claimed(name: string, readOnly: boolean, work: Work): PodVolume {
  const { pod, path, to } = work;
  const claim = to.find('PersistentVolumeClaim', pod.object.namespace, name);
  if (!claim) {
    to.findings(pod.object).error(
      'missing-reference',
      'a PersistentVolumeClaim that the pod needs is not in the files',
      path,
      {
        detail: `PersistentVolumeClaim ${name} in namespace ${pod.object.namespace}`,
        why: 'there is no cluster to take it from',
        fix: 'add the PersistentVolumeClaim to the files',
      },
    );
    return scratchVolume(name, work, { medium: 'disk' });
  }
  const bound = bindClaim(claim, to);
  if (bound.type === 'volume')
    return { type: 'mount', source: { type: 'volume', volume: bound.volume, noCopy: true }, readOnly };
  if (bound.hosts) work.terms.push(bound.hosts);
  return { type: 'mount', source: { type: 'bind', path: bound.path, createHostPath: true }, readOnly };
}

function nfsVolume(server: string, path: string, readOnly: boolean, { pod, to }: Work): PodVolume {
  const name = engineName('nfs', server, path.replace(/^\//, '').replaceAll('/', '-'), ...(readOnly ? ['ro'] : []));
  const id = qualified(pod.object.namespace, name);
  if (!to.volumes.has(id)) {
    to.volumes.set(id, {
      id,
      name: engineName(to.stack, pod.object.namespace, name),
      external: false,
      ...nfsDriver(server, path, readOnly ? ['ro'] : []),
      labels: {},
    });
    to.place('volume', id, pod.object);
  }
  return { type: 'mount', source: { type: 'volume', volume: id, noCopy: true }, readOnly };
}

const PROPAGATION: Readonly<Record<string, string>> = { HostToContainer: 'rslave', Bidirectional: 'rshared' };

/** Mounts and files of one container. */
export function mountsOf(
  mounts: readonly VolumeMount[],
  volumes: PodVolumes,
  environment: Environment,
  pod: PodPlace,
  path: FieldPath,
  to: Conversion,
): { mounts: Mount[]; files: FileMount[] } {
  const result = { mounts: [] as Mount[], files: [] as FileMount[] };
  mounts.forEach((mount, i) => {
    const volume = volumes.byName.get(mount.name ?? '');
    const subpath = subpathOf(mount, environment, pod, path.child('volumeMounts').index(i), to);
    if (volume?.type === 'files') addFiles(volume, mount, subpath, result);
    else if (volume) result.mounts.push(mountOf(volume.source, volume.readOnly, mount, subpath));
  });
  return result;
}

function addFiles(
  volume: Extract<PodVolume, { type: 'files' }>,
  mount: VolumeMount,
  subpath: string | undefined,
  result: { mounts: Mount[]; files: FileMount[] },
): void {
  const root = trimSlash(mount.mountPath ?? '/');
  const single = subpath === undefined ? undefined : volume.files.find((file) => file.path === subpath);
  if (single) {
    const { path: _path, ...file } = single;
    result.files.push({ target: root, ...file });
    return;
  }
  const below = volume.files.filter((file) => subpath === undefined || file.path.startsWith(`${subpath}/`));
  result.mounts.push({
    source: { type: 'scratch', name: volume.name },
    target: root,
    readOnly: mount.readOnly ?? false,
  });
  for (const { path, ...file } of below) {
    result.files.push({ target: `${root}/${subpath === undefined ? path : path.slice(subpath.length + 1)}`, ...file });
  }
}

function mountOf(source: MountSource, isReadOnly: boolean, mount: VolumeMount, subpath: string | undefined): Mount {
  const readOnly = isReadOnly || (mount.readOnly ?? false);
  const target = trimSlash(mount.mountPath ?? '/');
  if (source.type === 'bind') {
    const path = subpath === undefined ? source.path : `${trimSlash(source.path)}/${subpath}`;
    return {
      source: { ...source, path, ...present({ propagation: PROPAGATION[mount.mountPropagation ?? ''] }) },
      target,
      readOnly,
    };
  }
  const takesSubpath =
    source.type === 'volume' || source.type === 'claim' || source.type === 'scratch' || source.type === 'image';
  return { source: takesSubpath ? { ...source, ...present({ subpath }) } : source, target, readOnly };
}

function subpathOf(
  mount: VolumeMount,
  environment: Environment,
  pod: PodPlace,
  path: FieldPath,
  to: Conversion,
): string | undefined {
  if (!mount.subPathExpr) return mount.subPath ? trimSlash(mount.subPath) : undefined;
  const names = referencesIn(mount.subPathExpr);
  if (names.every((name) => environment.known.has(name))) {
    return trimSlash(expandReferences(mount.subPathExpr, (name) => environment.known.get(name)?.text));
  }
  to.findings(pod.object).notHonoured(
    path.child('subPathExpr'),
    'sub-path',
    'the folder cannot differ from replica to replica',
    {
      detail: mount.subPathExpr,
      why: 'the whole volume is mounted',
    },
  );
  return undefined;
}

function trimSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}
