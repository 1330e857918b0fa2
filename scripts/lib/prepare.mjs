/** What every script needs before it can do its work on a fresh checkout: the npm packages and the build. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export async function installDependencies() {
  if (isInstalled()) return;
  process.stdout.write('installing the npm packages\n');
  await succeed('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Whether npm's own record of what it installed has every package of the lock file in its version. */
function isInstalled() {
  const record = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packagesOf(record);
  return Object.entries(packagesOf(join(ROOT, 'package-lock.json'))).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

export async function build() {
  await succeed(process.execPath, [join(ROOT, 'scripts', 'build.mjs')]);
}

async function succeed(command, args) {
  const { exitCode, output } = await run(command, args, { cwd: ROOT });
  if (exitCode === 0) return;
  process.stderr.write(output);
  throw new Error(`${[command, ...args].join(' ')} ended with ${exitCode}`);
}
