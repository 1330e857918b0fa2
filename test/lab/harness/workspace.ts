import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Writes `files` (path → content) into a new temporary directory and returns its path. */
export function makeWorkspace(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'stowage-test-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

/** A home directory from which ssh reaches the hosts by name, with nothing but the usual files in ~/.ssh. */
export function makeHome(labDirectory: string): string {
  const home = makeWorkspace({});
  const ssh = join(home, '.ssh');
  mkdirSync(ssh, { mode: 0o700 });
  copyFileSync(join(labDirectory, 'known_hosts'), join(ssh, 'known_hosts'));
  copyFileSync(join(labDirectory, 'keys', 'id_ed25519'), join(ssh, 'id_ed25519'));
  chmodSync(join(ssh, 'id_ed25519'), 0o600);
  const config = readFileSync(join(labDirectory, 'ssh_config'), 'utf8').replaceAll(
    join(labDirectory, 'keys'),
    '~/.ssh',
  );
  writeFileSync(join(ssh, 'config'), config.replaceAll(join(labDirectory, 'known_hosts'), '~/.ssh/known_hosts'));
  return home;
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
