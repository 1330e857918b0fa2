/** Name that a volume's root folder has in every backup, whichever way it was made: that of the engine's archive call. */
export const ROOT_NAME = 'volume';

/** What a volume holds besides bytes; the labels and trusted attributes of one host mean nothing on another. */
const ATTRIBUTES = ['--numeric-owner', '--acls', '--xattrs', '--xattrs-include=user.*'];
const KEPT = [...ATTRIBUTES, '--xattrs-include=security.capability'];

/** The order of the engine's own archives, so that both can be compared; holes of files stay holes. */
const PACK = [
  ...['--create', '--file=-', '--format=posix', '--pax-option=delete=atime,delete=ctime', '--blocking-factor=128'],
  ...['--sort=name', '--sparse', ...KEPT, `--transform=s,^\\.\\(/\\|$\\),${ROOT_NAME}\\1,S`],
];
const UNPACK = [
  ...['--extract', '--file=-', '--blocking-factor=128', '--same-owner', '--same-permissions', ...KEPT],
  `--transform=s,^${ROOT_NAME}\\(/\\|$\\),.\\1,S`,
];

/** Packs a folder of the host to stdout, its root named `ROOT_NAME`. */
export function packCommand(folder: string): string[] {
  return ['env', 'LC_ALL=C', 'tar', ...PACK, '-C', folder, '.'];
}

/** Unpacks stdin, a tar that was packed so, into a folder of the host. */
export function unpackCommand(folder: string): string[] {
  return ['env', 'LC_ALL=C', 'tar', ...UNPACK, '-C', folder, ROOT_NAME];
}

/**
 * Succeeds where the login may read and write the folder of a volume with a GNU tar that knows all that is asked of it,
 * and where the folder is the engine's: the engine has made a container, and only its own disk has that one's folder.
 */
export function probeCommand(containerFolder: string, folder: string): string[] {
  const probe = [
    'test "$(id -u)" = 0',
    'test -d "$1"',
    'test -d "$2"',
    `tar --version | grep -q "GNU tar"`,
    `tar ${PACK.map((word) => `'${word}'`).join(' ')} --no-recursion -C / . >/dev/null`,
  ];
  return ['sh', '-c', `{ ${probe.join(' && ')}; } 2>/dev/null`, 'sh', containerFolder, folder];
}
