import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/**
 * Every command module under src/commands, sorted: `rollout/undo.ts` is `rollout:undo`, `show/index.ts` is `show`.
 *
 * @returns {Promise<{id: string, file: string}[]>}
 */
export async function commandFiles(root) {
  const folder = join(root, 'src', 'commands');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ id: commandId(relative(folder, file)), file }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function commandId(path) {
  const words = path.replace(/\.ts$/, '').split(sep);
  return (words.length > 1 && words.at(-1) === 'index' ? words.slice(0, -1) : words).join(':');
}
