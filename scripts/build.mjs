/**
 * Builds the CLI: one CommonJS bundle with every command, oclif's manifest, the root help as text.
 *
 * One file and CommonJS, because then a V8 code cache covers all of it (bin/run.cjs). Commands are
 * collected from src/commands: adding a command is adding a file.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { commandFiles } from './command-files.mjs';
import { generateValidators } from './generate-validators.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const BUNDLE = join(DIST, 'bundle.cjs');
const require = createRequire(import.meta.url);

/** Never reached by us: dockerode's BuildKit sessions and docker-modem's own ssh transport. */
const CUT = /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs)$/;

const cutUnused = {
  name: 'cut-unused',
  setup(api) {
    api.onResolve({ filter: CUT }, () => ({ path: 'empty', namespace: 'empty' }));
    api.onResolve({ filter: /^\.\/ssh$/ }, (args) =>
      args.importer.includes('docker-modem') ? { path: 'empty', namespace: 'empty' } : undefined,
    );
    api.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
  },
};

/** `COMMANDS`: command id → class, each evaluated when it is first asked for. */
const commandMap = {
  name: 'command-map',
  setup(api) {
    api.onResolve({ filter: /^stowage:commands$/ }, () => ({ path: 'commands', namespace: 'commands' }));
    api.onLoad({ filter: /.*/, namespace: 'commands' }, async () => {
      const getters = (await commandFiles(ROOT)).map(
        ({ id, file }) => `get ${JSON.stringify(id)}() { return require(${JSON.stringify(file)}).default; }`,
      );
      return { contents: `module.exports = {${getters.join(',\n')}};`, loader: 'js', resolveDir: ROOT };
    });
  },
};

async function bundle() {
  await build({
    stdin: {
      contents: `export { main } from './src/app/cli/main.ts';
        export { rootHelp } from './src/render/help.ts';
        export { Plugin } from '@oclif/core/config';
        export { default as COMMANDS } from 'stowage:commands';`,
      resolveDir: ROOT,
    },
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    // Built-in modules by require: in a script with a code cache, import() has no loader to ask.
    supported: { 'dynamic-import': false },
    external: ['cpu-features', '*.node', 'typescript', 'ts-node'],
    define: {
      'import.meta.url': '__bundleUrl',
      'process.env.NODE_ENV': '"production"',
    },
    banner: { js: "const __bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
    plugins: [cutUnused, commandMap],
    logLevel: 'warning',
    logOverride: { 'require-resolve-not-external': 'silent' },
  });
}

/** The same as `oclif manifest` writes, without the 200 packages of the oclif development CLI. */
async function writeManifest() {
  const { Plugin, rootHelp } = require(BUNDLE);
  const plugin = new Plugin({
    root: ROOT,
    type: 'core',
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  const commands = [...new Set(Object.keys(plugin.manifest.commands).map((key) => key.split(':')[0]))];
  await writeFile(join(ROOT, 'oclif.manifest.json'), JSON.stringify(plugin.manifest));
  await writeFile(join(DIST, 'help.txt'), rootHelp(Object.values(plugin.manifest.commands)));
  return commands;
}

async function main() {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  await generateValidators(ROOT);
  await mkdir(DIST, { recursive: true });
  await rm(join(ROOT, 'oclif.manifest.json'), { force: true });
  await bundle();
  const commands = await writeManifest();
  const id = createHash('sha256')
    .update(await readFile(BUNDLE))
    .digest('hex')
    .slice(0, 16);
  await writeFile(join(DIST, 'build.json'), JSON.stringify({ version, id, commands }));
}

await main();
