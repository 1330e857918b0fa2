/**
 * How fast a volume is backed up and restored (checksum looked at first), by the host's `tar` as root and by the engine's
 * archive calls as a user of its group, beside `tar` over `ssh` with the same files in the same run, whether the
 * bytes are the same afterwards, and how much memory it takes (VmHWM, the most that was resident).
 *
 *   LAB_DIR=/tmp/stowage-lab test/lab/lab up 1 && LAB_DIR=/tmp/stowage-lab npm run bench:volumes -- [--mb 1000] [--rounds 3] [--packed]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadBuilt } from './lib/bundle.mjs';

const LAB = fileURLToPath(new URL('../test/lab/lab', import.meta.url));
const SELF = fileURLToPath(import.meta.url);
const directory = process.env.LAB_DIR ?? '/tmp/stowage-lab';
const config = join(directory, 'ssh_config');
const MB = 1_000_000;
const STACK = 'bench';
const [SOURCE, TARGET] = ['bench_source', 'bench_target'];
const HELPER = 'bench-helper';
const FOLDERS = '/var/lib/docker/volumes';
const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    packed: { type: 'boolean' },
    step: { type: 'string' },
    user: { type: 'string', default: 'root' },
    file: { type: 'string' },
  },
});

function must(command, argv, options = {}) {
  const done = spawnSync(command, argv, { encoding: 'utf8', maxBuffer: 64 * MB, ...options });
  if (done.status !== 0) throw new Error(`${command} ${argv.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

const onHost = (script) => must(LAB, ['in', 'host1', 'sh', '-c', script]);
const docker = (...argv) => must('docker', ['-H', `unix://${join(directory, 'engine', 'host1.sock')}`, ...argv]);
const label = ['--label', `io.stowage.stack=${STACK}`];

/** A hundredth of it in files of 100 kB, the rest in files of 50 MB; random, so that no packing helps. */
function fill() {
  docker('volume', 'create', ...label, SOURCE);
  const total = Number(values.mb);
  const large = Math.max(1, Math.round((total * 0.99) / 50));
  const small = Math.max(1, Math.round((total * 0.01) / 0.1));
  onHost(`cd ${FOLDERS}/${SOURCE}/_data && mkdir -p small &&
    i=0; while [ $i -lt ${large} ]; do head -c 50000000 /dev/urandom > large$i; i=$((i+1)); done
    i=0; while [ $i -lt ${small} ]; do head -c 100000 /dev/urandom > small/$i; i=$((i+1)); done
    ln -s large0 link; chown 1234:4321 large0; chmod 640 large0`);
}

/** Names, kinds, owners, modes and bytes of all files of a folder, as one digest. */
function digestOf(folder) {
  return onHost(
    `cd ${folder} && { find . -printf '%p %y %U %G %m %l\\n' | sort; find . -type f | sort | xargs sha256sum; } | sha256sum`,
  );
}

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1000, result };
}

/** One of our steps in a process of its own, so that its memory is its own. */
function ours(step, file, user = 'root') {
  const argv = ['exec', process.execPath, SELF, '--step', step, '--file', file, '--user', user];
  return JSON.parse(must(LAB, argv, { env: { ...process.env, LAB_DIR: directory } }));
}

async function runStep(step, file) {
  const { openHosts, backupVolume, fileDigest, restoreVolume } = await loadBuilt('bench-volumes', [
    'executors/transport/open.ts',
    'executors/volumes/backup.ts',
    'executors/volumes/file-digest.ts',
    'executors/volumes/restore.ts',
  ]);
  const entry = { name: 'host1', address: { type: 'ssh', host: 'host1', user: values.user }, labels: {}, taints: [] };
  const opened = await openHosts([entry], { env: { ...process.env, STOWAGE_SSH_CONFIG: config } });
  const { ok, connection: host, error } = opened.get('host1');
  if (!ok) throw error;
  const signal = new AbortController().signal;
  const before = process.cpuUsage();
  const { seconds } = await timed(async () => {
    if (step === 'backup')
      return await backupVolume(host, { stack: STACK, volume: SOURCE, file, signal, onBytes: () => {} });
    const digest = await fileDigest(file);
    const scope = { host, signal, context: { stack: STACK }, progress: () => {} };
    return await restoreVolume({ volume: TARGET, source: file, digest }, scope);
  });
  const { user, system } = process.cpuUsage(before);
  await host.close();
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const cpuSeconds = (user + system) / 1e6;
  process.stdout.write(JSON.stringify({ seconds, peakMb: Math.round(Number(peak) / 1024), cpuSeconds }));
}

function line(what, { seconds, peakMb, cpuSeconds }, baseline) {
  const rate = `${(Number(values.mb) / seconds).toFixed(0)} MB/s`;
  const ratio = baseline === undefined ? '' : `${(baseline.seconds / seconds).toFixed(2)} of the speed of tar over ssh`;
  const memory = peakMb === undefined ? '' : `, ${cpuSeconds.toFixed(1)} s of CPU, VmHWM ${peakMb} MB`;
  process.stdout.write(
    `${what.padEnd(40)} ${seconds.toFixed(2).padStart(7)} s  ${rate.padStart(9)}  ${ratio}${memory}\n`,
  );
}

function mustBeSame() {
  const isSame = digestOf(`${FOLDERS}/${SOURCE}/_data`) === digestOf(`${FOLDERS}/${TARGET}/_data`);
  if (!isSame) throw new Error('what was restored is not what was backed up');
}

/** What the engine takes to give the volume to a program beside it: no connection, no file. */
async function engineAlone() {
  docker('create', '--name', HELPER, '-v', `${SOURCE}:/volume`, 'stowage.local/empty:1', 'none');
  const url = `http://docker/v1.41/containers/${HELPER}/archive?path=/volume`;
  return await timed(() => onHost(`curl -s --unix-socket /var/run/docker.sock '${url}' >/dev/null`));
}

/** The middle of each, of several rounds in which they take turns. */
function middles(rounds) {
  const middle = (name) => rounds.map((r) => r[name]).sort((a, b) => a.seconds - b.seconds)[rounds.length >> 1];
  return Object.fromEntries(Object.keys(rounds[0]).map((name) => [name, middle(name)]));
}

async function rounds(work) {
  const done = [];
  for (let i = 0; i < Number(values.rounds); i++) done.push(await work());
  return middles(done);
}

async function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
  const ssh = `${LAB} exec ssh -F ${config} -l root host1`;
  const sh = async (script) =>
    await timed(() => must('sh', ['-c', script], { env: { ...process.env, LAB_DIR: directory } }));
  const anew = () => {
    spawnSync('docker', ['-H', `unix://${join(directory, 'engine', 'host1.sock')}`, 'volume', 'rm', '-f', TARGET]);
    docker('volume', 'create', ...label, TARGET);
  };
  const restored = (file, user) => {
    anew();
    const done = ours('restore', file, user);
    mustBeSame();
    return done;
  };
  try {
    fill();
    process.stdout.write(`load of the machine before: ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}\n`);
    const [plain, file] = [join(folder, 'plain.tar'), join(folder, 'volume.tar')];
    const read = await rounds(async () => ({
      ssh: await sh(`${ssh} 'tar -C ${FOLDERS}/${SOURCE}/_data -cf - .' > ${plain}`),
      tar: ours('backup', file),
      engine: ours('backup', file, 'deploy'),
    }));
    line("ssh host 'tar -c' > file", read.ssh);
    line("backup, the host's tar", read.tar, read.ssh);
    line("backup, the engine's archive calls", read.engine, read.ssh);
    line('  that call on the host alone', await engineAlone(), read.ssh);
    const write = await rounds(async () => {
      anew();
      return {
        ssh: await sh(`${ssh} 'tar -C ${FOLDERS}/${TARGET}/_data -xf -' < ${plain}`),
        tar: restored(file),
        engine: restored(file, 'deploy'),
      };
    });
    line("ssh host 'tar -x' < file", write.ssh);
    line("restore, the host's tar", write.tar, write.ssh);
    line("restore, the engine's archive calls", write.engine, write.ssh);
    process.stdout.write('each time equal byte for byte, with owners and modes\n');
    for (const end of values.packed ? ['gz', 'zst'] : []) {
      line(`backup, .tar.${end}`, ours('backup', `${file}.${end}`), read.ssh);
      line(`restore, .tar.${end}`, restored(`${file}.${end}`), write.ssh);
    }
  } finally {
    spawnSync('docker', ['-H', `unix://${join(directory, 'engine', 'host1.sock')}`, 'rm', '-f', HELPER]);
    for (const volume of [SOURCE, TARGET]) {
      spawnSync('docker', ['-H', `unix://${join(directory, 'engine', 'host1.sock')}`, 'volume', 'rm', '-f', volume]);
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.step) await runStep(values.step, values.file);
else await bench();
