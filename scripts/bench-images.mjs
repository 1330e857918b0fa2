/**
 * How fast an image goes from the local engine to a host, and how little of it when one layer changed. In the same run,
 * in turns, with the same bytes: `ssh host 'cat > file'`, which is the measure; `docker load` on the host itself, which is
 * what the engine takes without any network; and `docker save | ssh host docker load`. With the processor time of the host
 * (engine, sshd) and of this side.
 *
 *   LAB_DIR=/tmp/stowage-lab test/lab/lab up 2 && LAB_DIR=/tmp/stowage-lab npm run bench:images -- [--mb 200] [--rounds 3]
 *
 * host2 of the lab plays the local engine, host1 the host. An image of one layer and one of six go over a line that nothing
 * limits, one of 1 Gbit/s and one of 100 Mbit/s: between two machines it is the line that limits, here it is the processor
 * they share.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadBuilt } from './lib/bundle.mjs';
import { cpuOf } from './lib/cpu.mjs';

const LAB = fileURLToPath(new URL('../test/lab/lab', import.meta.url));
const directory = process.env.LAB_DIR ?? '/tmp/stowage-lab';
const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    inside: { type: 'boolean' },
  },
});
const MB = 1_000_000;
const CHANGED_MB = 1;
/** Layers as parts of the whole, lowest first: a base, what is installed on it, the program, its settings. */
const SHAPES = { one: [1], six: [0.4, 0.275, 0.175, 0.1, 0.045] };

if (!values.inside) {
  const argv = ['exec', process.execPath, fileURLToPath(import.meta.url), '--inside'];
  const options = ['--mb', values.mb, '--rounds', values.rounds];
  process.exit(spawnSync(LAB, [...argv, ...options], { stdio: 'inherit' }).status ?? 1);
}

const { openHosts, saveImage, sendImage } = await loadBuilt('bench-images', [
  'executors/transport/open.ts',
  'executors/images/saved-image.ts',
  'executors/images/transfer.ts',
]);
const local = join(directory, 'engine', 'host2.sock');
const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
const config = join(directory, 'ssh_config');
const docker = (socket, ...argv) => must('docker', ['-H', `unix://${socket}`, ...argv]);

function must(command, argv, options = {}) {
  const done = spawnSync(command, argv, { encoding: 'utf8', maxBuffer: 64 * MB, ...options });
  if (done.status !== 0) throw new Error(`${command} ${argv.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

/** An image of layers of random bytes; above several of them lies one of `CHANGED_MB`, another one for each tag. */
function build(shape, tag) {
  const context = join(folder, shape);
  mkdirSync(context, { recursive: true });
  const fresh = (name, bytes) => writeFileSync(join(context, name), randomBytes(bytes));
  const names = SHAPES[shape].map((_, i) => `layer${i}`);
  if (tag === 1) {
    for (const [i, name] of names.entries()) fresh(name, Math.floor(SHAPES[shape][i] * Number(values.mb) * MB));
  }
  if (names.length > 1) {
    names.push('last');
    fresh('last', CHANGED_MB * MB);
  }
  const lines = ['FROM scratch', ...names.map((name) => `COPY ${name} /${name}`), 'CMD ["/none"]'];
  writeFileSync(join(context, 'Dockerfile'), lines.join('\n'));
  must('docker', ['-H', `unix://${local}`, 'build', '-q', '-t', `bench/${shape}:${tag}`, context], {
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  });
}

/** Bytes the operator's network has sent so far. */
function sentBytes() {
  const lines = readFileSync('/proc/self/net/dev', 'utf8').split('\n').slice(2);
  const counted = lines.map((line) => Number(line.trim().split(/[:\s]+/)[9] ?? 0));
  return Math.max(...counted);
}

const hostProcess = Number(must(LAB, ['status']).match(/^host1 +\S+ +\S+ +(\d+)/m)[1]);

async function timed(work) {
  const now = () => [performance.now() / 1000, sentBytes(), cpuOf(hostProcess), cpuOf(process.pid)];
  const before = now();
  await work();
  const [seconds, sent, host, here] = now().map((value, i) => value - before[i]);
  return { seconds, sent, host, here };
}

async function transfer(tag) {
  const entry = (name, address) => ({ name, address, labels: {}, taints: [] });
  const opened = await openHosts(
    [entry('local', { type: 'unix', path: local }), entry('host1', { type: 'ssh', host: 'host1' })],
    { env: { ...process.env, STOWAGE_SSH_CONFIG: config } },
  );
  const connection = (name) => {
    const result = opened.get(name);
    if (!result.ok) throw result.error;
    return result.connection;
  };
  const times = {};
  times.save = await timed(async () => {
    times.image = await saveImage(connection('local'), tag, folder);
  });
  times.send = await timed(async () => {
    times.bytes = await sendImage(times.image, tag, connection('host1'), {
      signal: AbortSignal.timeout(600_000),
      progress: () => {},
    });
  });
  for (const result of opened.values()) await result.connection.close();
  return times;
}

function line(what, { seconds, sent, host, here }, bytes) {
  const rate = `${(bytes / MB / seconds).toFixed(0)} MB/s`;
  const cpu = `cpu: host ${host.toFixed(2)} s, here ${here.toFixed(2)} s`;
  const on = sent > 100_000 ? `  sent ${(sent / MB).toFixed(2)} MB` : '';
  process.stdout.write(`  ${what.padEnd(40)} ${seconds.toFixed(2).padStart(6)} s  ${rate.padStart(8)}  ${cpu}${on}\n`);
}

const middleOf = (list, value) => list.sort((a, b) => value(a) - value(b))[Math.floor(list.length / 2)];

const lab = (...argv) => must(LAB, argv, { env: { ...process.env, LAB_DIR: directory } });

/** Baselines and our own transfer, in turns with nothing between them but removals. */
async function compare(shape, tar, rounds) {
  const size = Number(must('stat', ['-c', '%s', tar]));
  const sh = (script) => timed(() => must('sh', ['-c', script]));
  const runs = [];
  for (let i = 0; i < rounds; i++) {
    const cat = await sh(`${ssh} 'cat > /var/tmp/image.tar' < ${tar}`);
    const load = await sh(`docker -H unix://${host1} load -q -i ${tar}`);
    remove();
    const piped = await sh(`docker -H unix://${local} save bench/${shape}:1 | ${ssh} 'docker load -q'`);
    remove();
    const { save, send, bytes } = await transfer(`bench/${shape}:1`);
    remove();
    runs.push({ cat, load, piped, save, send, bytes });
  }
  const middle = (name) =>
    middleOf(
      runs.map((run) => run[name]),
      (one) => one.seconds,
    );
  line("ssh host 'cat > file' < image.tar", middle('cat'), size);
  line('docker load on the host itself', middle('load'), size);
  line('docker save | ssh host docker load', middle('piped'), size);
  line('stowage: export from the local engine', middle('save'), size);
  line('stowage: send and load', middle('send'), runs[0].bytes);
  const ratio = (value) => middleOf(runs.map(value), (one) => one).toFixed(2);
  const overall = ratio(({ piped, save, send }) => piped.seconds / (save.seconds + send.seconds));
  process.stdout.write(
    `  send and load: ${ratio(({ cat, send }) => cat.seconds / send.seconds)} of the speed of ssh cat, ` +
      `${ratio(({ load, send }) => load.seconds / send.seconds)} of the engine's own load; ` +
      `with the export ${overall} of the speed of docker save | ssh docker load\n`,
  );
}

const host1 = join(directory, 'engine', 'host1.sock');
const ssh = `ssh -F ${config} -l root host1`;
const tags = Object.keys(SHAPES).flatMap((shape) => [`bench/${shape}:1`, `bench/${shape}:2`]);
const remove = () => spawnSync('docker', ['-H', `unix://${host1}`, 'rmi', '-f', ...tags]);

try {
  const tars = {};
  for (const shape of Object.keys(SHAPES)) {
    build(shape, 1);
    tars[shape] = join(folder, `${shape}.tar`);
    docker(local, 'save', '-o', tars[shape], `bench/${shape}:1`);
  }
  build('six', 2);
  const rounds = Number(values.rounds);
  process.stdout.write(`load of the machine before: ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}\n`);
  for (const [name, kilobits] of [
    ['without a limit', undefined],
    ['of 1 Gbit/s', 1_000_000],
    ['of 100 Mbit/s', 100_000],
  ]) {
    if (kilobits !== undefined) lab('rate', 'host1', String(kilobits));
    for (const [shape, tar] of Object.entries(tars)) {
      process.stdout.write(`\n${values.mb} MB, layers: ${shape}, on a line ${name}\n`);
      await compare(shape, tar, kilobits === 100_000 ? 1 : rounds);
    }
    if (kilobits !== undefined) lab('heal', 'host1');
  }
  await transfer('bench/six:1');
  const changed = await transfer('bench/six:2');
  process.stdout.write(`\n${CHANGED_MB} MB of ${values.mb} MB changed\n`);
  line('stowage: send and load', changed.send, changed.bytes);
} finally {
  remove();
  spawnSync(LAB, ['heal', 'host1'], { env: { ...process.env, LAB_DIR: directory } });
  spawnSync(LAB, ['in', 'host1', 'rm', '-f', '/var/tmp/image.tar'], { env: { ...process.env, LAB_DIR: directory } });
  spawnSync('docker', ['-H', `unix://${local}`, 'rmi', '-f', ...tags]);
  rmSync(folder, { recursive: true, force: true });
}
