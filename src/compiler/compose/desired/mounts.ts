import type { Mount, MountSource } from '../../../model/desired.ts';
import { present, sizeBytes } from './convert.ts';
import { extensionOf, textIn } from './extension.ts';
import type { CanonicalMount, CanonicalService } from './types.ts';

/** Mounts of `volumes`, `tmpfs` and `volumes_from`. */
export function mountsOf(service: CanonicalService): Mount[] {
  return [
    ...(service.volumes ?? []).map(
      (mount): Mount => ({
        source: sourceOf(mount, isSynced(service, mount)),
        target: mount.target ?? '',
        readOnly: mount.read_only ?? false,
      }),
    ),
    ...(service.tmpfs ?? []).map(tmpfsOf),
    ...(service.volumes_from ?? []).map(volumesFrom),
  ];
}

/** `x-stowage.sync` of the mount, or of the service: for all, or for the targets it lists. */
function isSynced(service: CanonicalService, mount: CanonicalMount): boolean {
  const own = extensionOf(mount['x-stowage']).sync;
  const { sync } = extensionOf(service['x-stowage']);
  return (
    own === true || (own === undefined && (sync === true || (Array.isArray(sync) && sync.includes(mount.target ?? ''))))
  );
}

function sourceOf(mount: CanonicalMount, synced: boolean): MountSource {
  const { source = '' } = mount;
  switch (mount.type) {
    case 'bind':
      return {
        type: 'bind',
        path: source,
        createHostPath: mount.bind?.create_host_path ?? false,
        ...present({
          propagation: mount.bind?.propagation,
          selinux: mount.bind?.selinux,
          recursive: mount.bind?.recursive,
          sync: synced || undefined,
          expect: textIn(extensionOf(mount['x-stowage']), 'expect') as 'directory' | 'file' | 'socket' | undefined,
        }),
      };
    case 'tmpfs':
      return {
        type: 'tmpfs',
        ...present({ sizeBytes: sizeBytes(mount.tmpfs?.size), mode: modeOf(mount.tmpfs?.mode) }),
      };
    case 'image':
      return { type: 'image', image: source, ...present({ subpath: mount.image?.subpath }) };
    case 'npipe':
    case 'cluster':
      return { type: mount.type, path: source };
    default:
      break;
  }
  if (source === '') {
    return { type: 'anonymous', ...present({ noCopy: mount.volume?.nocopy, labels: mount.volume?.labels }) };
  }
  return {
    type: 'volume',
    volume: source,
    ...present({ subpath: mount.volume?.subpath, noCopy: mount.volume?.nocopy }),
  };
}

function modeOf(mode: number | string | undefined): number | undefined {
  return typeof mode === 'string' ? Number.parseInt(mode, 8) : mode;
}

/** `/tmp:mode=1777,size=512m`. */
function tmpfsOf(text: string): Mount {
  const [target = '', options = ''] = text.split(':', 2);
  const named = new Map(options.split(',').map((o) => o.split('=', 2) as [string, string | undefined]));
  return {
    target,
    readOnly: named.has('ro'),
    source: { type: 'tmpfs', ...present({ sizeBytes: sizeBytes(named.get('size')), mode: modeOf(named.get('mode')) }) },
  };
}

/** `web`, `web:ro`, `container:name[:ro]`. */
function volumesFrom(text: string): Mount {
  const readOnly = /:ro$/.test(text);
  const name = text.replace(/:(ro|rw)$/, '');
  return {
    target: '',
    readOnly,
    source: name.startsWith('container:')
      ? { type: 'from-container', container: name.slice('container:'.length) }
      : { type: 'from-workload', workload: name },
  };
}
