/**
 * `stowage apply` of 20 containers against a script that makes the same create and start calls at once, the same over
 * three hosts, and the number of SSH logins a command makes. Needs a machine that can run the lab (Linux, root).
 *
 *   npm run bench:apply [-- RUNS]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, installDependencies, ROOT } from './lib/prepare.mjs';

const RUNS = Number(process.argv[2] ?? 3);
const COUNT = 20;
const IMAGE = 'web:nocheck';
const LAB = join(ROOT, 'test', 'lab', 'lab');
const FLOOR = join(ROOT, 'scripts', 'bench', 'floor.mjs');
const directory = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
const env = { ...process.env, LAB_DIR: join(directory, 'lab') };
delete env.NODE_EXTRA_CA_CERTS;
const SOCKET = join(env.LAB_DIR, 'engine', 'host1.sock');

function lab(...args) {
  return execFileSync(LAB, args, { env, encoding: 'utf8' });
}

function labEnvironment() {
  const lines = [...lab('env').matchAll(/^export (\w+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name, value.replace(/^['"]|['"]$/g, '')]));
}

function stowage(settings, ...args) {
  const home = join(directory, 'home');
  mkdirSync(home, { recursive: true });
  const command = ['exec', 'env', `HOME=${home}`, `STOWAGE_SSH_CONFIG=${settings.LAB_SSH_CONFIG}`];
  const begun = performance.now();
  const result = spawnSync(LAB, [...command, process.execPath, join(ROOT, 'bin', 'run.cjs'), ...args], {
    cwd: directory,
    env,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`stowage ${args.join(' ')}: ${result.stdout}${result.stderr}`);
  return Math.round(performance.now() - begun);
}

function inputs(hosts) {
  const services = Array.from({ length: COUNT }, (_, i) => `  s${i}: {image: "${IMAGE}"}\n`).join('');
  writeFileSync(join(directory, 'compose.yaml'), `services:\n${services}`);
  const names = hosts.map((host) => `  ${host}: ssh://${host}\n`).join('');
  writeFileSync(join(directory, 'stowage.yaml'), `stack: bench\nhosts:\n${names}`);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function logins(host) {
  return [...lab('logs', host, 'sshd').matchAll(/Accepted publickey/g)].length;
}

await installDependencies();
await build();
try {
  lab('up', '3');
  const settings = labEnvironment();
  for (const host of ['host1', 'host2', 'host3']) lab('in', host, 'docker', 'pull', '-q', IMAGE);
  const one = [];
  const floor = [];
  for (let run = 0; run < RUNS; run++) {
    inputs(['host1']);
    one.push(stowage(settings, 'apply', '--yes'));
    stowage(settings, 'destroy', '--yes');
    floor.push(
      Number(execFileSync(process.execPath, [FLOOR, SOCKET, String(COUNT), IMAGE], { cwd: ROOT, encoding: 'utf8' })),
    );
  }
  const before = logins('host1');
  inputs(['host1']);
  stowage(settings, 'apply', '--yes');
  const perCommand = logins('host1') - before;
  stowage(settings, 'destroy', '--yes');
  console.log(
    `apply of ${COUNT} containers on one host: ${median(one)} ms, the same calls by a script: ${median(floor)} ms, ratio ${(median(one) / median(floor)).toFixed(2)} (${RUNS} runs, medians)`,
  );
  console.log(`SSH logins of that apply on its host: ${perCommand}`);
} finally {
  try {
    lab('down');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
