/**
 * How fast an image goes from the local engine to a host, and how little of it when one layer changed. Beside it, in the
 * same run: `ssh host 'cat > /dev/null'` with the same bytes, and `docker save | ssh host docker load`.
 *
 *   LAB_DIR=/tmp/stowage-lab test/lab/lab up 2 && LAB_DIR=/tmp/stowage-lab node scripts/bench-transfer.mjs [--mb 200]
 *
 * host2 of the lab plays the local engine, host1 the host.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const LAB = fileURLToPath(new URL('../test/lab/lab', import.meta.url));
const directory = process.env.LAB_DIR ?? '/tmp/stowage-lab';
const { values } = parseArgs({
  options: { mb: { type: 'string', default: '200' }, inside: { type: 'boolean' } },
});
const MB = 1_000_000;
const CHANGED_MB = 1;
const LAYERS = 8;

if (!values.inside) {
  const argv = ['exec', process.execPath, '--import', 'tsx', fileURLToPath(import.meta.url), '--inside'];
  process.exit(spawnSync(LAB, [...argv, '--mb', values.mb], { stdio: 'inherit' }).status ?? 1);
}

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
  const [{ openHosts }, { saveImage }, { sendImage }] = await Promise.all([
    import('../src/executors/transport/open.ts'),
    import('../src/executors/images/saved-image.ts'),
    import('../src/executors/images/transfer.ts'),
  ]);
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
  process.stdout.write(
    `${what.padEnd(44)} ${seconds.toFixed(2).padStart(7)} s  ${rate.padStart(9)}  sent ${(sent / MB).toFixed(2)} MB\n`,
  );
}

try {
  const host1 = join(directory, 'engine', 'host1.sock');
  build('bench/app:1', 1);
  build('bench/app:2', 2);
  const tar = join(folder, 'image.tar');
  docker(local, 'save', '-o', tar, 'bench/app:1');
  const size = Number(must('stat', ['-c', '%s', tar]));
  const ssh = `ssh -F ${config} -l root host1`;
  const remove = () => spawnSync('docker', ['-H', `unix://${host1}`, 'rmi', '-f', 'bench/app:1', 'bench/app:2']);
  const sh = (script) => () => must('sh', ['-c', script]);
  remove();
  line('cat image.tar | ssh host cat > /dev/null', await timed(sh(`${ssh} 'cat > /dev/null' < ${tar}`)), size);
  line('cat image.tar | ssh host docker load', await timed(sh(`${ssh} 'docker load -q' < ${tar}`)), size);
  remove();
  line('docker save > /dev/null', await timed(sh(`docker -H unix://${local} save bench/app:1 > /dev/null`)), size);
  line(
    'docker save | ssh host docker load',
    await timed(sh(`docker -H unix://${local} save bench/app:1 | ${ssh} 'docker load -q'`)),
    size,
  );
  remove();
  const whole = await transfer('bench/app:1');
  line('stowage: export', whole.save, size);
  line('stowage: send and load', whole.send, whole.bytes);
  const changed = await transfer('bench/app:2');
  line(`stowage: ${CHANGED_MB} MB of ${values.mb} MB changed, export`, changed.save);
  line(`stowage: ${CHANGED_MB} MB of ${values.mb} MB changed, send`, changed.send, changed.bytes);
  remove();
} finally {
  spawnSync('docker', ['-H', `unix://${local}`, 'rmi', '-f', 'bench/app:1', 'bench/app:2']);
  rmSync(folder, { recursive: true, force: true });
}
