import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './lab.ts';

/** Whether anything under src/ or schemas/ is newer than the bundle that bin/run.cjs loads. */
export function isBuildStale(): boolean {
  const bundle = join(PROJECT, 'dist', 'bundle.cjs');
  if (!existsSync(bundle)) return true;
  const builtAt = statSync(bundle).mtimeMs;
  return ['src', 'schemas'].some((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).some(
      (path) => !path.includes('.generated.') && statSync(join(PROJECT, folder, path)).mtimeMs > builtAt,
    ),
  );
}
