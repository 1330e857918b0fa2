/**
 * One apply of 200 containers over ten hosts: how long it takes, SSH logins of it on each host (counted in sshd's log), peak
 * memory of the command, and the longest time a step that could have run was kept waiting. Needs a machine that can run
 * the lab (Linux, root).
 *
 *   npm run bench:load [-- HOSTS CONTAINERS]
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, installDependencies, ROOT } from './lib/prepare.mjs';

const [HOSTS = 10, COUNT = 200] = process.argv.slice(2).map(Number);
const IMAGE = 'web:nocheck';
const SERVICES = 20;
const MOST_MEMORY_MIB = 300;
const LAB = join(ROOT, 'test', 'lab', 'lab');
const directory = mkdtempSync(join(tmpdir(), 'stowage-load-'));
const env = { ...process.env, LAB_DIR: join(directory, 'lab') };
const names = Array.from({ length: HOSTS }, (_, index) => `host${index + 1}`);

const lab = (...args) => execFileSync(LAB, args, { env, encoding: 'utf8', maxBuffer: 2 ** 28 });
const logins = (host) => [...lab('logs', host, 'sshd').matchAll(/Accepted publickey/g)].length;

function writeInputs() {
  const service = (index) =>
    `  s${index}: {image: "${IMAGE}", network_mode: bridge, stop_grace_period: 1s, deploy: {replicas: ${COUNT / SERVICES}}}\n`;
  const services = Array.from({ length: SERVICES }, (_, index) => service(index)).join('');
  writeFileSync(join(directory, 'compose.yaml'), `services:\n${services}`);
  const hosts = names.map((host) => `  ${host}: ssh://${host}\n`).join('');
  writeFileSync(join(directory, 'stowage.yaml'), `stack: load\nhosts:\n${hosts}`);
}

/** Runs the command; its highest resident memory is what the kernel says last. */
async function stowage(...args) {
  const home = join(directory, 'home');
  mkdirSync(home, { recursive: true });
  const begun = performance.now();
  const command = [
    `--net=${join(env.LAB_DIR, 'ns', 'operator')}`,
    '--',
    process.execPath,
    join(ROOT, 'bin', 'run.cjs'),
  ];
  const child = spawn('nsenter', [...command, ...args], {
    cwd: directory,
    env: { ...env, HOME: home, STOWAGE_SSH_CONFIG: join(env.LAB_DIR, 'ssh_config') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks = { stdout: [], stderr: [] };
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (chunk) => chunks[stream].push(chunk));
  let peakKib = 0;
  const look = () => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peakKib = Math.max(peakKib, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0));
    } catch {
      // it has ended
    }
  };
  const timer = setInterval(look, 50);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  const text = (stream) => Buffer.concat(chunks[stream]).toString('utf8');
  if (code !== 0)
    throw new Error(`stowage ${args.join(' ')} ended with ${code}: ${text('stderr')}${text('stdout').slice(-2000)}`);
  return { ms: Math.round(performance.now() - begun), peakKib, stdout: text('stdout') };
}

/**
 * How long each step was kept waiting after all it waits for was done, and by how many of the same kind on its host it was
 * overtaken: ready later, started earlier. That nobody is overtaken for long is what "not starved" means.
 */
function waits(events) {
  const doneAt = new Map(events.filter((e) => e.type === 'step.done').map((e) => [e.step.id, e.atMs]));
  const begun = events.find((e) => e.type === 'run.started').atMs;
  const started = events
    .filter((e) => e.type === 'step.started')
    .map(({ step, atMs }) => ({
      step,
      atMs,
      readyMs: Math.max(begun, ...step.after.map((id) => doneAt.get(id) ?? begun)),
    }));
  return started.map(({ step, atMs, readyMs }) => {
    const isBefore = (o) =>
      o.step.host === step.host && o.step.kind === step.kind && o.readyMs > readyMs && o.atMs < atMs;
    return { step, ms: atMs - readyMs, overtaken: started.filter(isBefore).length };
  });
}

await installDependencies();
await build();
try {
  lab('up', String(HOSTS));
  for (const host of names) lab('in', host, 'docker', 'pull', '-q', IMAGE);
  writeInputs();
  const before = names.map(logins);
  const { ms, peakKib, stdout } = await stowage('apply', '--yes', '--json');
  const perHost = names.map((host, index) => logins(host) - before[index]);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const sorted = waits(events).sort((a, b) => b.ms - a.ms);
  const running = names.map((host) => lab('in', host, 'docker', 'ps', '-q').trim().split('\n').length);
  const steps = events.filter((e) => e.type === 'step.done').length;
  const longest = sorted[0];
  const median = sorted[Math.floor(sorted.length / 2)];
  const peakMib = Math.round(peakKib / 1024);
  console.log(
    `${running.reduce((a, b) => a + b)} containers run on ${HOSTS} hosts: ${steps} steps in ${(ms / 1000).toFixed(1)} s`,
  );
  console.log(`SSH logins by host: ${perHost.join(' ')}`);
  console.log(`peak memory of the command: ${peakMib} MiB`);
  console.log(
    `a step that could run waited ${median.ms} ms (median), ${longest.ms} ms at most (step ${longest.step.id} ${longest.step.kind} on ${longest.step.host}); the most that one was overtaken by: ${Math.max(...sorted.map((w) => w.overtaken))} others`,
  );
  const isGood =
    perHost.every((count) => count === 1) &&
    peakMib < MOST_MEMORY_MIB &&
    events.every((e) => e.type !== 'step.skipped');
  process.exitCode = isGood ? 0 : 1;
} finally {
  try {
    lab('down');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
