import { posix } from 'node:path';
import { LABEL } from '../../../model/labels.ts';
import type { ContainerSpec, SpecMount } from '../../../model/spec.ts';

/** Role label of the unnamed volumes that hold a container's files; they go with the container. */
export const FILES_ROLE = 'files';

/**
 * Folders that need a volume of their own to take the specification's files: the engine unpacks nothing into a
 * read-only root, and what it unpacks below a tmpfs mount is hidden by it.
 */
export function fileVolumeFolders(spec: ContainerSpec): readonly string[] {
  const folders = spec.files.filter((f) => needsVolume(spec, f.target)).map((f) => posix.dirname(f.target));
  return [...new Set(folders)].sort();
}

/** The unnamed volumes as the engine's mounts; each starts as a copy of what the image has in that folder. */
export function fileVolumeMounts(spec: ContainerSpec): readonly Readonly<Record<string, unknown>>[] {
  return fileVolumeFolders(spec).map((folder) => ({
    Type: 'volume',
    Target: folder,
    VolumeOptions: { Labels: { [LABEL.role]: FILES_ROLE } },
  }));
}

function needsVolume(spec: ContainerSpec, target: string): boolean {
  const mount = deepestMount(spec, target);
  return mount === undefined ? spec.readOnlyRoot === true : mount.type === 'tmpfs';
}

/** The mount in which a path of the container lies. */
export function deepestMount(spec: ContainerSpec, target: string): SpecMount | undefined {
  const covering = spec.mounts.filter((m) => m.target !== '' && isBelow(target, m.target));
  return covering.sort((a, b) => b.target.length - a.target.length)[0];
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
