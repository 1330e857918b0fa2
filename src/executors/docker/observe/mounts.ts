import { LABEL } from '../../../model/labels.ts';
import type { SpecMount } from '../../../model/spec.ts';
import { FILES_ROLE } from '../spec/file-volumes.ts';
import type { ConfigAnswer, ContainerInspect, MountAnswer } from './engine-types.ts';
import type { NameOf } from './name-of.ts';

/** The reverse of `mountOptions`, sorted by target. Volumes the image declares and those that hold files are left out. */
export function specMounts(inspect: ContainerInspect, image: ConfigAnswer, nameOf: NameOf): SpecMount[] {
  const { Config, HostConfig } = inspect;
  const mounts: SpecMount[] = [
    ...(HostConfig.Mounts ?? []).filter((mount) => !holdsFiles(mount)).map(fromMount),
    ...(HostConfig.Binds ?? []).map(fromBind),
    ...Object.entries(HostConfig.Tmpfs ?? {}).map(fromTmpfs),
    ...(HostConfig.VolumesFrom ?? []).map((text) => fromVolumesFrom(text, nameOf)),
  ];
  const taken = new Set([...mounts.map((mount) => mount.target), ...Object.keys(image.Volumes ?? {})]);
  for (const target of Object.keys(Config.Volumes ?? {})) {
    if (!taken.has(target)) mounts.push({ type: 'volume', target, readOnly: false });
  }
  return mounts.map(dropAbsent).sort((a, b) => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0));
}

function holdsFiles(mount: MountAnswer): boolean {
  return mount.VolumeOptions?.Labels?.[LABEL.role] === FILES_ROLE;
}

function fromMount(mount: MountAnswer): SpecMount {
  const common = { target: mount.Target, readOnly: mount.ReadOnly ?? false };
  const source = mount.Source ?? '';
  switch (mount.Type) {
    case 'volume': {
      const { NoCopy, Subpath } = mount.VolumeOptions ?? {};
      const options = { subpath: Subpath || undefined, noCopy: NoCopy || undefined };
      return { type: 'volume', volume: source || undefined, ...common, ...options };
    }
    case 'tmpfs': {
      const { SizeBytes, Mode } = mount.TmpfsOptions ?? {};
      return { type: 'tmpfs', ...common, sizeBytes: SizeBytes || undefined, mode: Mode || undefined };
    }
    case 'image':
      return { type: 'image', image: source, ...common, subpath: mount.ImageOptions?.Subpath || undefined };
    case 'npipe':
    case 'cluster':
      return { type: mount.Type, source, ...common };
    default: {
      const options = mount.BindOptions ?? {};
      return {
        type: 'bind',
        source,
        ...common,
        propagation: options.Propagation || undefined,
        createHostPath: options.CreateMountpoint || undefined,
        recursive: recursion(options),
      };
    }
  }
}

function recursion(options: NonNullable<MountAnswer['BindOptions']>): string | undefined {
  if (options.NonRecursive) return 'disabled';
  if (options.ReadOnlyNonRecursive) return 'writable';
  return options.ReadOnlyForceRecursive ? 'readonly' : undefined;
}

/** `source:target[:options]`; a source without slash is a volume's name. */
function fromBind(text: string): SpecMount {
  const [source = '', target = '', optionText = ''] = text.split(':');
  const options = optionText.split(',');
  const common = { target, readOnly: options.includes('ro') };
  if (!source.startsWith('/')) {
    return { type: 'volume', volume: source, ...common, noCopy: options.includes('nocopy') || undefined };
  }
  return {
    type: 'bind',
    source,
    ...common,
    createHostPath: true,
    selinux: options.find((option) => option === 'z' || option === 'Z'),
    propagation: options.find((option) => /^r?(private|shared|slave)$/.test(option)),
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function fromTmpfs([target, text]: [string, string]): SpecMount {
  const options = new Map(text.split(',').map((option) => option.split('=', 2) as [string, string]));
  const size = /^(\d+)([kmg]?)$/i.exec(options.get('size') ?? '');
  const mode = options.get('mode');
  return {
    type: 'tmpfs',
    target,
    readOnly: options.has('ro'),
    sizeBytes: size ? Number(size[1]) * (UNITS[(size[2] ?? '').toLowerCase()] ?? 1) : undefined,
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
  };
}

function fromVolumesFrom(text: string, nameOf: NameOf): SpecMount {
  const [container = '', mode] = text.split(':');
  return { type: 'volumes-from', container: nameOf(container), target: '', readOnly: mode === 'ro' };
}

function dropAbsent(mount: SpecMount): SpecMount {
  return Object.fromEntries(Object.entries(mount).filter(([, value]) => value !== undefined)) as SpecMount;
}
