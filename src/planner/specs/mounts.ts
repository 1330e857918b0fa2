import type { Container, DesiredState, Mount, MountSource, Workload } from '../../model/desired.ts';
import type { SpecMount } from '../../model/spec.ts';
import { contentName, syncFolder } from '../../model/sync-folder.ts';
import { engineName } from '../names.ts';
import type { ReplicaPlace, SpecContext } from './context.ts';

/** Engine name of the volume a claim has for one ordinal; it stays with the ordinal through updates. */
export function claimVolumeName(stack: string, workload: Workload, claim: string, ordinal: number): string {
  return workload.namespace === undefined
    ? engineName(stack, claim, workload.name, ordinal)
    : engineName(stack, workload.namespace, claim, workload.name, ordinal);
}

/** Engine name of a scratch volume; it lives as long as the replica of this template. */
export function scratchVolumeName(
  stack: string,
  workload: Workload,
  ordinal: number,
  name: string,
  podHash: string,
): string {
  return engineName(stack, workload.id, ordinal, name, podHash);
}

export function volumeName(desired: DesiredState, id: string): string {
  return desired.volumes.find((v) => v.id === id)?.name ?? id;
}

/** Mounts of a container, sorted by target. `podHash` names what lives no longer than the replica. */
export function specMounts(
  container: Container,
  workload: Workload,
  place: ReplicaPlace,
  context: SpecContext,
  podHash: string,
): SpecMount[] {
  return container.mounts
    .map((mount) => specMount(mount, workload, place, context, podHash))
    .filter((mount) => mount !== undefined)
    .sort((a, b) => (a.target < b.target ? -1 : 1));
}

type BindSource = Extract<MountSource, { type: 'bind' }>;

/** Path of a bind mount on the host: as the file says, or where its copy is, so that a change replaces exactly its users. */
export function bindPath({ path, digest }: BindSource, stack: string): string {
  return digest === undefined ? path : `${syncFolder(stack)}/${contentName(digest)}/content`;
}

function specMount(
  mount: Mount,
  workload: Workload,
  place: ReplicaPlace,
  context: SpecContext,
  podHash: string,
): SpecMount | undefined {
  const { source, target, readOnly } = mount;
  switch (source.type) {
    case 'volume':
      return {
        type: 'volume',
        volume: volumeName(context.desired, source.volume),
        target,
        readOnly,
        ...optional({ subpath: source.subpath, noCopy: source.noCopy }),
      };
    case 'claim':
      return {
        type: 'volume',
        volume: claimVolumeName(context.stack, workload, source.claim, place.ordinal),
        target,
        readOnly,
        noCopy: true,
        ...optional({ subpath: source.subpath }),
      };
    case 'scratch':
      return {
        type: 'volume',
        volume: scratchVolumeName(context.stack, workload, place.ordinal, source.name, podHash),
        target,
        readOnly,
        noCopy: true,
        ...optional({ subpath: source.subpath }),
      };
    case 'anonymous':
      return { type: 'volume', target, readOnly, ...optional({ noCopy: source.noCopy }) };
    case 'bind':
      return {
        type: 'bind',
        source: bindPath(source, context.stack),
        target,
        readOnly,
        ...optional({
          propagation: source.propagation,
          createHostPath: (source.createHostPath && source.digest === undefined) || undefined,
          selinux: source.selinux,
          recursive: source.recursive,
        }),
      };
    case 'tmpfs':
      return { type: 'tmpfs', target, readOnly, ...optional({ sizeBytes: source.sizeBytes, mode: source.mode }) };
    case 'from-workload': {
      const owner = context.networkOwner(source.workload, place.host);
      return owner === undefined ? undefined : { type: 'volumes-from', container: owner, target: '', readOnly };
    }
    case 'from-container':
      return { type: 'volumes-from', container: source.container, target: '', readOnly };
    case 'image':
      return { type: 'image', image: source.image, target, readOnly, ...optional({ subpath: source.subpath }) };
    default:
      return { type: source.type, source: source.path, target, readOnly };
  }
}

/** The members that have a value. */
export function optional<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, v]) => v !== undefined)) as Partial<T>;
}
