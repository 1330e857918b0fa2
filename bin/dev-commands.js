import { fileURLToPath } from 'node:url';
import { commandFiles } from '../scripts/command-files.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Command id → class, from the sources; what the bundle's map is in a build. */
export const COMMANDS = Object.fromEntries(
  await Promise.all((await commandFiles(root)).map(async ({ id, file }) => [id, (await import(file)).default])),
);
