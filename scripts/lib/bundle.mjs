/** Parts of the source as users run them: built, for what loads TypeScript doubles the garbage to collect. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './prepare.mjs';

/**
 * What modules below src/ export, all of them as one object.
 *
 * @param name of the file in dist/, one for each script
 */
export async function loadBuilt(name, paths) {
  const file = join(ROOT, 'dist', `${name}.cjs`);
  const contents = paths.map((path) => `export * from './src/${path}';`).join('\n');
  await build({
    stdin: { contents, resolveDir: ROOT },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['ssh2', 'dockerode'],
    logLevel: 'error',
  });
  return createRequire(import.meta.url)(file);
}
