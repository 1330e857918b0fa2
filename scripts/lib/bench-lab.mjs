/** A lab of its own for a benchmark, and stowage run in it as an operator would: over SSH, one process for each command. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, installDependencies, ROOT } from './prepare.mjs';

const LAB = join(ROOT, 'test', 'lab', 'lab');
const CLI = join(ROOT, 'bin', 'run.cjs');

/** Builds, brings up `hosts` hosts, does `work`, and takes all of it down again, but for a lab that STOWAGE_LAB_DIR names. */
export async function withBenchLab(hosts, work) {
  await installDependencies();
  await build();
  const lab = new BenchLab();
  try {
    lab.run('up', String(hosts));
    await work(lab);
  } finally {
    lab.close();
  }
}

class BenchLab {
  /** Where stowage is run. */
  folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
  #env = { ...process.env, LAB_DIR: process.env.STOWAGE_LAB_DIR ?? join(this.folder, 'lab') };

  constructor() {
    // With it bare Node 20 starts 2.8 times slower, which hides everything else.
    delete this.#env.NODE_EXTRA_CA_CERTS;
    mkdirSync(join(this.folder, 'home'));
  }

  get key() {
    return join(this.#env.LAB_DIR, 'keys', 'id_ed25519');
  }

  run(...args) {
    return execFileSync(LAB, args, { env: this.#env, encoding: 'utf8' });
  }

  address(host) {
    return new RegExp(`${host}=([\\d.]+)`).exec(this.run('env'))?.[1];
  }

  socket(host) {
    return join(this.#env.LAB_DIR, 'engine', `${host}.sock`);
  }

  /** One project: `count` services of one image, without anything else, on these hosts. */
  project(stack, hosts, count, image, service = '') {
    const services = Array.from({ length: count }, (_, i) => `  s${i}: { image: "${image}"${service} }\n`);
    writeFileSync(join(this.folder, 'compose.yaml'), `services:\n${services.join('')}`);
    const inventory = hosts.map((host) => `  ${host}: ssh://${host}\n`).join('');
    writeFileSync(join(this.folder, 'stowage.yaml'), `stack: ${stack}\nhosts:\n${inventory}`);
  }

  /** Runs a program of Node where the hosts can be reached: what it printed, and the milliseconds from start to end. */
  node(args, env = {}) {
    const inLab = { ...this.#env, ...env, HOME: join(this.folder, 'home'), XDG_CACHE_HOME: undefined };
    const namespace = join(this.#env.LAB_DIR, 'ns', 'operator');
    const begun = performance.now();
    const result = spawnSync('nsenter', [`--net=${namespace}`, '--', process.execPath, ...args], {
      cwd: this.folder,
      env: { ...inLab, STOWAGE_SSH_CONFIG: join(this.#env.LAB_DIR, 'ssh_config') },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const ms = performance.now() - begun;
    if (result.status !== 0) throw new Error(`${args.join(' ')}: ${result.stdout}${result.stderr}`);
    return { ms, text: result.stdout };
  }

  stowage(...args) {
    return this.node([CLI, ...args]);
  }

  /** The same with each HTTP call noted: method, path and how long it took. */
  traced(...args) {
    const file = join(this.folder, 'calls.jsonl');
    const trace = join(ROOT, 'scripts', 'bench', 'count-calls.cjs');
    writeFileSync(file, '');
    const { ms, text } = this.node(['--require', trace, CLI, ...args], { STOWAGE_BENCH_CALLS: file });
    return { ms, text, file };
  }

  logins(host) {
    return [...this.run('logs', host, 'sshd').matchAll(/Accepted publickey/g)].length;
  }

  close() {
    try {
      if (process.env.STOWAGE_LAB_DIR === undefined) this.run('down');
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}
