import type { ContainerSpec, SpecMount } from '../../../model/spec.ts';
import type { FeatureGate } from './features.ts';
import { fileVolumeMounts } from './file-volumes.ts';

type Mount<T extends SpecMount['type']> = Extract<SpecMount, { type: T }>;
export type EngineMount = Readonly<Record<string, unknown>>;

export interface MountOptions {
  readonly Mounts: readonly EngineMount[];
  readonly Binds: readonly string[];
  readonly VolumesFrom: readonly string[];
  /** `Config.Volumes`: anonymous volumes. */
  readonly Volumes: Readonly<Record<string, Readonly<Record<string, never>>>>;
}

/** Spreads the mounts over the four places in which the engine takes them. */
export function mountOptions(spec: ContainerSpec, gate: FeatureGate): MountOptions {
  const mounts: EngineMount[] = [...fileVolumeMounts(spec)];
  const binds: string[] = [];
  const volumesFrom: string[] = [];
  for (const mount of spec.mounts) {
    if (mount.type === 'volumes-from') volumesFrom.push(`${mount.container}:${mount.readOnly ? 'ro' : 'rw'}`);
    else if (mount.type === 'bind' && needsBindSyntax(mount)) binds.push(bindText(mount));
    else mounts.push(engineMount(mount, gate));
  }
  return { Mounts: mounts, Binds: binds, VolumesFrom: volumesFrom, Volumes: {} };
}

function engineMount(mount: Exclude<SpecMount, { type: 'volumes-from' }>, gate: FeatureGate): EngineMount {
  const common = { Type: mount.type, Target: mount.target, ReadOnly: mount.readOnly };
  switch (mount.type) {
    case 'volume':
      return { ...common, Source: mount.volume, VolumeOptions: volumeOptions(mount, gate) };
    case 'bind':
      return { ...common, Source: mount.source, BindOptions: bindOptions(mount, gate) };
    case 'tmpfs':
      return { ...common, TmpfsOptions: { SizeBytes: mount.sizeBytes, Mode: mount.mode } };
    case 'image': {
      gate.has('1.48', 'mounts.image', 'error');
      const options = mount.subpath === undefined ? undefined : { Subpath: mount.subpath };
      return { ...common, Source: mount.image, ImageOptions: options };
    }
    default:
      if (mount.type === 'cluster') gate.has('1.42', 'mounts.cluster', 'error');
      return { ...common, Source: mount.source };
  }
}

function volumeOptions(mount: Mount<'volume'>, gate: FeatureGate): EngineMount {
  const subpath = mount.subpath !== undefined && gate.has('1.45', 'mounts.volume.subpath', 'error');
  return { NoCopy: mount.noCopy, Subpath: subpath ? mount.subpath : undefined };
}

/**
 * Only the `source:target:options` form creates a missing host folder on every engine and knows SELinux labels;
 * a colon in a path can only be said in the other form.
 */
function needsBindSyntax(mount: Mount<'bind'>): boolean {
  const hasColon = mount.source.includes(':') || mount.target.includes(':');
  return (mount.createHostPath === true || mount.selinux !== undefined) && !hasColon && mount.recursive === undefined;
}

function bindText(mount: Mount<'bind'>): string {
  const options = [mount.readOnly ? 'ro' : 'rw', mount.selinux, mount.propagation].filter(Boolean);
  return `${mount.source}:${mount.target}:${options.join(',')}`;
}

function bindOptions(mount: Mount<'bind'>, gate: FeatureGate): EngineMount {
  if (mount.selinux !== undefined)
    gate.has('99.0', 'mounts.bind.selinux together with a colon or recursive', 'warning');
  const createMountpoint = mount.createHostPath === true && gate.has('1.42', 'mounts.bind.create_host_path', 'error');
  return {
    Propagation: mount.propagation,
    CreateMountpoint: createMountpoint || undefined,
    ...recursion(mount.recursive, gate),
  };
}

function recursion(recursive: string | undefined, gate: FeatureGate): EngineMount {
  if (recursive === 'disabled') return { NonRecursive: true };
  if (recursive === 'writable' && gate.has('1.44', 'mounts.bind.recursive writable', 'error')) {
    return { ReadOnlyNonRecursive: true };
  }
  if (recursive === 'readonly' && gate.has('1.44', 'mounts.bind.recursive readonly', 'error')) {
    return { ReadOnlyForceRecursive: true };
  }
  return {};
}
