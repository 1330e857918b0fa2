import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './lab.ts';

/** Whether anything under src/ or schemas/ is newer than the bundle that bin/run.cjs loads. */
function isBuildStale(): boolean {
  const bundle = join(PROJECT, 'dist', 'bundle.cjs');
  if (!existsSync(bundle)) return true;
  const builtAt = statSync(bundle).mtimeMs;
  return ['src', 'schemas'].some((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).some(
      (path) => !path.includes('.generated.') && statSync(join(PROJECT, folder, path)).mtimeMs > builtAt,
    ),
  );
}

/** A build that fails stops only the tests that run the CLI, so it is told and no more. */
export function buildIfStale(): void {
  if (!isBuildStale()) return;
  const script = join(PROJECT, 'scripts', 'build.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script], { cwd: PROJECT, encoding: 'utf8' });
  if (status !== 0) process.stderr.write(`the build failed, so the CLI under test is missing or old:\n${stderr}\n`);
}
