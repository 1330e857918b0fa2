import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/**
 * Every command module under src/commands, sorted: `src/commands/rollout/undo.ts` is `rollout:undo`.
 *
 * @returns {Promise<{id: string, file: string}[]>}
 */
export async function commandFiles(root) {
  const folder = join(root, 'src', 'commands');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ id: relative(folder, file).replace(/\.ts$/, '').split(sep).join(':'), file }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
