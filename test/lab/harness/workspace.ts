import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes `files` (path → content) into a new directory under `parent` and returns its path. */
export function makeWorkspace(parent: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'test-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

/**
 * Writes what ssh needs to reach the hosts by name into `home`/.ssh, in place of what is there. Paths in it are absolute: the ssh command
 * takes `~` from the user database, not from HOME.
 */
export function writeSshFiles(home: string, labDirectory: string): void {
  const ssh = join(home, '.ssh');
  removeDirectory(ssh);
  mkdirSync(ssh, { mode: 0o700 });
  copyFileSync(join(labDirectory, 'known_hosts'), join(ssh, 'known_hosts'));
  copyFileSync(join(labDirectory, 'keys', 'id_ed25519'), join(ssh, 'id_ed25519'));
  chmodSync(join(ssh, 'id_ed25519'), 0o600);
  const config = readFileSync(join(labDirectory, 'ssh_config'), 'utf8')
    .replaceAll(join(labDirectory, 'keys'), ssh)
    .replaceAll(join(labDirectory, 'known_hosts'), join(ssh, 'known_hosts'));
  writeFileSync(join(ssh, 'config'), config);
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
