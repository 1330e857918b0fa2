/**
 * How soon a new replica's name resolves and answers on every other host, counted from the moment it is ready; up to
 * three hosts also what becomes of requests to one host's gateway once the host it passes them on to is cut off.
 * Needs a machine that can run the lab (Linux, root).
 *
 *   npm run bench:names [-- HOSTS]
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, installDependencies, ROOT } from './lib/prepare.mjs';

const HOSTS = Array.from({ length: Number(process.argv[2] ?? 3) }, (_, i) => `host${i + 1}`);
const IMAGE = 'web:nocheck';
const LAB = join(ROOT, 'test', 'lab', 'lab');
const directory = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
const env = { ...process.env, LAB_DIR: join(directory, 'lab') };
delete env.NODE_EXTRA_CA_CERTS;

const lab = (...args) => execFileSync(LAB, args, { env, encoding: 'utf8' });
const engine = (host) => `unix://${join(env.LAB_DIR, 'engine', `${host}.sock`)}`;
const docker = (host, ...args) => execFileSync('docker', ['-H', engine(host), ...args], { encoding: 'utf8' }).trim();
const running = (host, workload) => docker(host, 'ps', '-q', '--filter', `label=io.stowage.workload=${workload}`);

/** Services `late-HOST`, each on its host, beside a probe on every host. */
function inputs(withLate) {
  const late = (host) =>
    `  late-${host}: {image: "${IMAGE}", deploy: {placement: {constraints: [node.hostname == ${host}]}}}\n`;
  const probe = `  probe: {image: "${IMAGE}", deploy: {mode: global}}\n`;
  // with somebody to ask for, the network spans the hosts from the beginning
  const other = `  other: {image: "${IMAGE}"}\n`;
  // two on each host, so that the gateway publishes them
  const front = `  front: {image: "${IMAGE}", deploy: {replicas: ${2 * HOSTS.length}}, ports: ["8080:8080"]}\n`;
  writeFileSync(
    join(directory, 'compose.yaml'),
    `services:\n${probe}${other}${HOSTS.length <= 3 ? front : ''}${withLate ? HOSTS.map(late).join('') : ''}`,
  );
  const names = HOSTS.map((host) => `  ${host}: ssh://${host}\n`).join('');
  writeFileSync(join(directory, 'stowage.yaml'), `stack: bench\nhosts:\n${names}`);
}

/** Runs the command and tells of each line of its progress. */
async function stowage(onLine, ...args) {
  const home = join(directory, 'home');
  mkdirSync(home, { recursive: true });
  const command = ['exec', 'env', `HOME=${home}`, `STOWAGE_SSH_CONFIG=${join(env.LAB_DIR, 'ssh_config')}`];
  const argv = [...command, process.execPath, join(ROOT, 'bin', 'run.cjs'), ...args];
  const child = spawn(LAB, argv, { cwd: directory, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const said = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    onLine(line);
  }
  if ((await ended) !== 0) throw new Error(`stowage ${args.join(' ')} failed:\n${said.slice(-30).join('\n')}`);
}

/**
 * Gets ready to ask for a name ten times a second from inside a container. What is given starts that, and resolves to
 * the milliseconds until it answered.
 */
function asker(host, container, name) {
  const script = `read go; until /web get http://${name}:8080/ >/dev/null 2>&1; do sleep 0.1; done`;
  const argv = ['-H', engine(host), 'exec', '-i', container, 'sh', '-c', script];
  const child = spawn('docker', argv, { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.on('error', () => undefined);
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise((resolve, reject) => {
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${host} asks for ${name}: ${said}`))));
  });
  ended.catch(() => undefined);
  return async () => {
    const begun = performance.now();
    child.stdin.end('go\n');
    await ended;
    return performance.now() - begun;
  };
}

async function measureNames() {
  const lates = HOSTS.map((host) => `late-${host}`);
  const askers = new Map(lates.map((name) => [name, []]));
  for (const host of HOSTS) {
    const probe = running(host, 'probe');
    for (const name of lates) if (name !== `late-${host}`) askers.get(name).push(asker(host, probe, name));
  }
  const pending = [];
  const asked = async (ask) =>
    await ask().then(
      (ms) => ({ ms }),
      (error) => ({ error }),
    );
  inputs(true);
  const ready = (line) => {
    const name = /done\s+\S+\s+health\.wait (late-\S+)\.\d+/.exec(line)?.[1];
    if (name !== undefined) pending.push(...askers.get(name).map(asked));
  };
  await stowage(ready, 'apply', '--yes');
  const answers = await Promise.all(pending);
  const failed = answers.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw failed.error;
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))]);
  console.log(
    `${HOSTS.length} hosts, ${times.length} pairs: a name answers after ${at(0.5)} ms (median), ${at(0.95)} ms (95 %), ${at(1)} ms (slowest) from ready`,
  );
}

/** One request after the other to a host: how many, how many failed, and how long the slowest took. */
async function requests(address, untilMs) {
  const seen = { all: 0, failed: 0, slowestMs: 0 };
  while (performance.now() < untilMs) {
    const begun = performance.now();
    seen.all += 1;
    try {
      execFileSync('nsenter', [
        `--net=${join(env.LAB_DIR, 'ns', 'operator')}`,
        'curl',
        '-sf',
        '-m',
        '5',
        '-o',
        '/dev/null',
        `http://${address}:8080/`,
      ]);
    } catch {
      seen.failed += 1;
    }
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - begun);
    await sleep(50);
  }
  return seen;
}

async function measureCut() {
  docker('host1', 'stop', '-t', '1', ...running('host1', 'front').split('\n'));
  await sleep(5000);
  lab('cut', 'host2');
  const { all, failed, slowestMs } = await requests('10.210.0.11', performance.now() + 15_000);
  console.log(
    `a host is cut off: ${failed} of ${all} requests failed in the 15 s after, the slowest took ${Math.round(slowestMs)} ms`,
  );
  lab('heal', 'host2');
}

await installDependencies();
await build();
try {
  lab('up', String(HOSTS.length));
  for (const host of HOSTS) lab('in', host, 'docker', 'pull', '-q', IMAGE);
  inputs(false);
  await stowage(() => undefined, 'apply', '--yes');
  await measureNames();
  if (HOSTS.length <= 3) await measureCut();
} finally {
  try {
    lab('down');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
