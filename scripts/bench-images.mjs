/**
 * How fast an image goes from the local engine to a host, and how little of it when one layer changed. In the same run,
 * with the same bytes: `ssh host 'cat > file'`, which is the measure; `docker load` on the host itself, which is what the
 * engine takes without any network; and `docker save | ssh host docker load`.
 *
 *   LAB_DIR=/tmp/stowage-lab test/lab/lab up 2 && LAB_DIR=/tmp/stowage-lab npm run bench:images -- [--mb 200] [--rounds 3]
 *
 * host2 of the lab plays the local engine, host1 the host. The last part repeats it on a line of 1 Gbit/s and one of
 * 100 Mbit/s: between two machines it is the line that limits, here it is the processor they share.
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
const LAYERS = 8;

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

/** An image of layers of random bytes, the last one of `CHANGED_MB`. */
function build(tag, last) {
  const context = join(folder, 'context');
  mkdirSync(context, { recursive: true });
  const each = Math.floor(((Number(values.mb) - CHANGED_MB) * MB) / (LAYERS - 1));
  const lines = ['FROM scratch'];
  for (let i = 1; i < LAYERS; i++) {
    const name = `layer${i}`;
    if (last === 1) writeFileSync(join(context, name), randomBytes(each));
    lines.push(`COPY ${name} /${name}`);
  }
  writeFileSync(join(context, 'last'), randomBytes(CHANGED_MB * MB));
  writeFileSync(join(context, 'Dockerfile'), [...lines, 'COPY last /last', 'CMD ["/none"]'].join('\n'));
  must('docker', ['-H', `unix://${local}`, 'build', '-q', '-t', tag, context], {
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  });
}

/** Bytes the operator's network has sent so far. */
function sentBytes() {
  const lines = readFileSync('/proc/self/net/dev', 'utf8').split('\n').slice(2);
  const counted = lines.map((line) => Number(line.trim().split(/[:\s]+/)[9] ?? 0));
  return Math.max(...counted);
}

async function timed(work) {
  const [bytes, start] = [sentBytes(), performance.now()];
  await work();
  return { seconds: (performance.now() - start) / 1000, sent: sentBytes() - bytes };
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

function line(what, { seconds, sent }, bytes) {
  const rate = bytes === undefined ? '' : `${(bytes / MB / seconds).toFixed(0)} MB/s`;
  const on = sent > 100_000 ? `sent ${(sent / MB).toFixed(2)} MB` : '';
  process.stdout.write(`${what.padEnd(52)} ${seconds.toFixed(2).padStart(7)} s  ${rate.padStart(9)}  ${on}\n`);
}

/** The run of the middle time. */
async function middle(rounds, before, work) {
  const runs = [];
  for (let i = 0; i < rounds; i++) {
    before();
    runs.push(await work());
  }
  return runs.sort((a, b) => a.seconds - b.seconds)[Math.floor(rounds / 2)];
}

const lab = (...argv) => must(LAB, argv, { env: { ...process.env, LAB_DIR: directory } });

/** Baselines and our own transfer, interleaved with nothing between them but removals. */
async function compare(size, tar, rounds) {
  const sh = (script) => () => timed(() => must('sh', ['-c', script]));
  const cat = await middle(rounds, () => {}, sh(`${ssh} 'cat > /var/tmp/image.tar' < ${tar}`));
  line("ssh host 'cat > file' < image.tar", cat, size);
  const load = await middle(rounds, remove, sh(`docker -H unix://${host1} load -q -i ${tar}`));
  line('docker load on the host itself', load, size);
  const piped = await middle(
    rounds,
    remove,
    sh(`docker -H unix://${local} save bench/app:1 | ${ssh} 'docker load -q'`),
  );
  line('docker save | ssh host docker load', piped, size);
  const whole = await middle(rounds, remove, async () => {
    const { save, send, bytes } = await transfer('bench/app:1');
    const seconds = save.seconds + send.seconds;
    return { seconds, save, send, bytes };
  });
  line('stowage: export from the local engine', whole.save, size);
  line('stowage: send and load', whole.send, whole.bytes);
  const ratio = (a, b) => (a.seconds / b.seconds).toFixed(2);
  process.stdout.write(
    `send and load: ${ratio(cat, whole.send)} of the speed of ssh cat, ${ratio(load, whole.send)} of the engine's own load; ` +
      `with the export ${ratio(piped, whole)} of the speed of docker save | ssh docker load\n`,
  );
}

const host1 = join(directory, 'engine', 'host1.sock');
const ssh = `ssh -F ${config} -l root host1`;
const remove = () => spawnSync('docker', ['-H', `unix://${host1}`, 'rmi', '-f', 'bench/app:1', 'bench/app:2']);

try {
  build('bench/app:1', 1);
  build('bench/app:2', 2);
  const tar = join(folder, 'image.tar');
  docker(local, 'save', '-o', tar, 'bench/app:1');
  const size = Number(must('stat', ['-c', '%s', tar]));
  const rounds = Number(values.rounds);
  process.stdout.write(`load of the machine before: ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}\n`);
  await compare(size, tar, rounds);
  const changed = await transfer('bench/app:2');
  line(`stowage: ${CHANGED_MB} MB of ${values.mb} MB changed, send and load`, changed.send, changed.bytes);
  for (const [name, kilobits] of [
    ['1 Gbit/s', 1_000_000],
    ['100 Mbit/s', 100_000],
  ]) {
    process.stdout.write(`\non a line of ${name}\n`);
    lab('rate', 'host1', String(kilobits));
    await compare(size, tar, 1);
    lab('heal', 'host1');
  }
  remove();
} finally {
  spawnSync(LAB, ['heal', 'host1'], { env: { ...process.env, LAB_DIR: directory } });
  spawnSync(LAB, ['in', 'host1', 'rm', '-f', '/var/tmp/image.tar'], { env: { ...process.env, LAB_DIR: directory } });
  spawnSync('docker', ['-H', `unix://${local}`, 'rmi', '-f', 'bench/app:1', 'bench/app:2']);
  rmSync(folder, { recursive: true, force: true });
}
