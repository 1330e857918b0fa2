/**
 * Builds the CLI: one CommonJS bundle with every command, oclif's manifest, the root help as text.
 *
 * One file and CommonJS, because then a V8 code cache covers all of it (bin/run.cjs). Commands are
 * collected from src/commands: adding a command is adding a file.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { commandFiles } from './command-files.mjs';
import { commandReference } from './command-reference.mjs';
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

/** Sorting a dozen ASCII ids by locale loads a collator: 5 ms of every start. */
const sortWithoutCollator = {
  name: 'sort-without-collator',
  setup(api) {
    api.onLoad({ filter: /@oclif\/core\/lib\/config\/plugin\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace('a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)');
      if (contents === text) throw new Error('oclif sorts its commands in another way now: adapt scripts/build.mjs');
      return { contents, loader: 'js' };
    });
  },
};

/** What oclif loads at every start and uses in few: help, errors as text, plugins. */
const SELDOM =
  /^(node:(readline|perf_hooks|child_process)|minimatch|tinyglobby|ejs|wordwrap|clean-stack|indent-string|wrap-ansi|lilconfig|cli-spinners|ansi-escapes|widest-line|string-width|semver|\.\.\/help\/index|\.\/help|\.\/config)$/;

/** Gives oclif a stand-in for such a module, which loads the module when something of it is used. */
const loadLate = {
  name: 'load-late',
  setup(api) {
    api.onResolve({ filter: SELDOM }, async (args) => {
      if (args.pluginData?.late || !/@oclif\/core\/lib\//.test(args.importer)) return undefined;
      const { kind, importer, resolveDir } = args;
      const { path } = await api.resolve(args.path, { kind, importer, resolveDir, pluginData: { late: true } });
      return { path, namespace: 'late', pluginData: { resolveDir } };
    });
    api.onLoad({ filter: /.*/, namespace: 'late' }, ({ path, pluginData }) => ({
      contents: `const load = () => require(${JSON.stringify(path)});
        module.exports = new Proxy(function () {}, {
          get: (_, key) => (key === '__esModule' ? false : load()[key]),
          apply: (_, self, args) => { const found = load(); return (found.default ?? found).apply(self, args); },
        });`,
      loader: 'js',
      resolveDir: pluginData.resolveDir,
    }));
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
        export const loadPlugin = () => require('@oclif/core/config').Plugin;
        export { default as COMMANDS } from 'stowage:commands';`,
      resolveDir: ROOT,
    },
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // One byte per character: read and kept as such by bin/run.cjs.
    charset: 'ascii',
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
    plugins: [cutUnused, sortWithoutCollator, loadLate, commandMap],
    logLevel: 'warning',
    logOverride: { 'require-resolve-not-external': 'silent' },
  });
}

/** The same as `oclif manifest` writes, without the 200 packages of the oclif development CLI. */
async function writeManifest() {
  const { loadPlugin, rootHelp } = require(BUNDLE);
  const Plugin = loadPlugin();
  const plugin = new Plugin({
    root: ROOT,
    type: 'core',
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  const commands = Object.values(plugin.manifest.commands).map(({ id, args, strict }) => ({
    id,
    takesArguments: strict === false || Object.keys(args).length > 0,
  }));
  await writeFile(join(ROOT, 'oclif.manifest.json'), JSON.stringify(plugin.manifest));
  await writeFile(join(DIST, 'help.txt'), rootHelp(Object.values(plugin.manifest.commands)));
  await writeIfChanged(join(ROOT, 'docs', 'commands.md'), commandReference(plugin.manifest.commands));
  return commands;
}

async function writeIfChanged(path, text) {
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await writeFile(path, text);
}

async function main() {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  await generateValidators(ROOT);
  await mkdir(DIST, { recursive: true });
  await bundle();
  const commands = await writeManifest();
  const id = createHash('sha256')
    .update(await readFile(BUNDLE))
    .digest('hex')
    .slice(0, 16);
  await writeFile(join(DIST, 'build.json'), JSON.stringify({ version, id, commands }));
}

await main();
