import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { PROJECT } from './lab.ts';

/** Inside the project, so that the packages it needs are found from there. */
const FOLDER = join(PROJECT, 'node_modules', '.cache', 'stowage-lab');

/**
 * A program of the tests as one file of JavaScript: it starts in a third of the time that it takes in TypeScript, and
 * some suites start it dozens of times.
 *
 * @returns the file's path
 */
export async function bundled(entry: URL): Promise<string> {
  const source = fileURLToPath(entry);
  const file = join(FOLDER, `${basename(dirname(source))}-${basename(source, '.ts')}.mjs`);
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
  });
  mkdirSync(FOLDER, { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, outputFiles[0]?.contents ?? '');
  renameSync(own, file); // other suites build the same file at the same time
  return file;
}
