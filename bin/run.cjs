#!/usr/bin/env node
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const DIST = path.join(__dirname, '..', 'dist');
const BUNDLE = path.join(DIST, 'bundle.cjs');

/** Version and root help are answered before anything is loaded. */
function quickAnswer(build) {
  const [first, second] = process.argv.slice(2);
  if (second !== undefined) return undefined;
  if (first === '--version' || first === '-V' || first === 'version') return `stowage ${build.version}\n`;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    return fs.readFileSync(path.join(DIST, 'help.txt'), 'utf8');
  }
  return undefined;
}

function write(text) {
  try {
    fs.writeSync(1, text);
  } catch (error) {
    if (error.code === 'EAGAIN') process.stdout.write(text);
    else if (error.code !== 'EPIPE') throw error;
  }
}

/**
 * A directory that nobody else can write to, because running a code cache is running code; undefined when
 * there is none.
 */
function cacheDirectory(name) {
  if (process.env.STOWAGE_CACHE === '0' || process.platform === 'win32') return undefined;
  const home = process.env.HOME;
  const base = process.env.XDG_CACHE_HOME || (home && path.join(home, '.cache'));
  if (!base || !path.isAbsolute(base)) return undefined;
  const directory = path.join(base, 'stowage', name);
  try {
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
    const stat = fs.lstatSync(directory);
    const ours = stat.isDirectory() && stat.uid === process.getuid() && (stat.mode & 0o077) === 0;
    return ours ? directory : undefined;
  } catch {
    return undefined;
  }
}

/** Loads the bundle with V8's compiled code of the last run of the same command, and keeps it for the next. */
function loadCached(directory, build) {
  const vm = require('node:vm');
  const Module = require('node:module');
  const stamp = `${build.version}-${build.id}-${process.version}-${process.arch}`;
  const isKnown = build.commands.some(({ id }) => id.split(':')[0] === process.argv[2]);
  const command = isKnown ? process.argv[2] : 'other';
  const file = path.join(directory, `${stamp}-${command}.bin`);
  let cachedData;
  try {
    cachedData = fs.readFileSync(file);
  } catch {
    cachedData = undefined;
  }
  const script = new vm.Script(Module.wrap(fs.readFileSync(BUNDLE, 'latin1')), {
    filename: BUNDLE,
    cachedData,
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (cachedData === undefined || script.cachedDataRejected) {
    process.once('exit', () => store(script, directory, file, stamp));
  }
  const module_ = new Module(BUNDLE, module);
  module_.filename = BUNDLE;
  module_.paths = Module._nodeModulePaths(DIST);
  require.cache[BUNDLE] = module_;
  const run = script.runInThisContext();
  run.call(module_.exports, module_.exports, Module.createRequire(BUNDLE), module_, BUNDLE, DIST);
  module_.loaded = true;
  return module_.exports;
}

function store(script, directory, file, stamp) {
  try {
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, script.createCachedData(), { mode: 0o600 });
    fs.renameSync(temporary, file);
    for (const name of fs.readdirSync(directory)) {
      if (name.endsWith('.bin') && !name.startsWith(stamp)) fs.unlinkSync(path.join(directory, name));
    }
  } catch {
    // The cache only saves time.
  }
}

function load(build) {
  const directory = cacheDirectory('code');
  const { enableCompileCache } = require('node:module');
  if (directory && enableCompileCache) {
    enableCompileCache(directory);
    return require(BUNDLE);
  }
  return directory ? loadCached(directory, build) : require(BUNDLE);
}

function start() {
  let build;
  try {
    build = JSON.parse(fs.readFileSync(path.join(DIST, 'build.json'), 'utf8'));
  } catch {
    process.stderr.write('stowage is not built yet: run `npm run build`\n');
    process.exitCode = 1;
    return;
  }
  const answer = quickAnswer(build);
  if (answer !== undefined) write(answer);
  else {
    const cache = { build: build.id, directory: () => cacheDirectory('compiled') };
    const { main, COMMANDS } = load(build);
    const bundle = { known: build.commands, commands: COMMANDS };
    main(process.argv.slice(2), path.dirname(__dirname), { cache, bundle });
  }
}

start();
