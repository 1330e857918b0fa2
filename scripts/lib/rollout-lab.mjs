// What the rollout bench needs of the lab: hosts, the CLI, load, and a recorder of the truth.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LAB = join(ROOT, 'test', 'lab', 'lab');
const GENERATOR = join(ROOT, 'test', 'lab', 'harness', 'load-generator.mjs');
const run = promisify(execFile);

/** Brings hosts up in `directory`, or takes those that are there, and empties them. */
export async function openLab(directory, hostCount, cli) {
  const env = { ...process.env, LAB_DIR: directory };
  await run(LAB, ['up', String(hostCount)], { env, timeout: 600_000 });
  const hosts = Array.from({ length: hostCount }, (_, i) => ({
    name: `host${i + 1}`,
    address: `10.210.0.${11 + i}`,
    socketPath: join(directory, 'engine', `host${i + 1}.sock`),
  }));
  return new RolloutLab(directory, hosts, cli);
}

class RolloutLab {
  constructor(directory, hosts, cli) {
    Object.assign(this, { directory, hosts, cli });
    this.home = mkdtempSync(join(tmpdir(), 'stowage-bench-home-'));
    this.#writeHome();
  }

  #writeHome() {
    const ssh = join(this.home, '.ssh');
    mkdirSync(ssh, { mode: 0o700 });
    const hosts = this.hosts.map((h) => `Host ${h.name}\n  HostName ${h.address}\n  User root\n`);
    const files = `  IdentityFile ${this.directory}/keys/id_ed25519\n  UserKnownHostsFile ${this.directory}/known_hosts\n`;
    writeFileSync(join(ssh, 'config'), hosts.map((h) => h + files).join(''), { mode: 0o600 });
  }

  #inOperator(command, args) {
    return ['nsenter', [`--net=${join(this.directory, 'ns', 'operator')}`, '--', command, ...args]];
  }

  /** `stowage ARGS` → { exitCode, output, ms }. */
  async stowage(args, cwd, env = {}) {
    const [command, argv] = this.#inOperator(process.execPath, [this.cli, ...args]);
    const begun = performance.now();
    const { DOCKER_HOST: _host, ...inherited } = process.env;
    const child = spawn(command, argv, { cwd, env: { ...inherited, HOME: this.home, CI: '1', ...env } });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const [exitCode] = await once(child, 'close');
    return { exitCode, output, ms: Math.round(performance.now() - begun) };
  }

  /** Load until stopped; see load-generator.mjs. */
  async load(settings) {
    const [command, argv] = this.#inOperator(process.execPath, [GENERATOR, JSON.stringify(settings)]);
    const child = spawn(command, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    await once(child.stdout, 'data');
    return async () => {
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
      return JSON.parse(output.slice(output.indexOf('\n') + 1));
    };
  }

  /** Polls every engine for the ready replicas of a workload until stopped; resolves to the fewest seen, and who else ran then. */
  record(workload) {
    let worst = { fewest: Number.POSITIVE_INFINITY, others: [] };
    let going = true;
    const label = `io.stowage.workload=${workload}`;
    const filters = encodeURIComponent(JSON.stringify({ label: [label], status: ['running'] }));
    const looks = (async () => {
      while (going) {
        const lists = await Promise.all(this.hosts.map((h) => engine(h, 'GET', `/containers/json?filters=${filters}`)));
        const ready = lists
          .flat()
          .filter((c) => /\(healthy\)|^Up (?!.*health)/.test(c.Status) && !/unhealthy/.test(c.Status));
        const others = lists.flat().filter((c) => !ready.includes(c));
        if (ready.length < worst.fewest)
          worst = { fewest: ready.length, others: others.map((c) => `${c.Names[0]} ${c.Status}`) };
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    return async () => {
      going = false;
      await looks;
      return worst;
    };
  }

  /** Removes everything but images. */
  async empty() {
    await Promise.all(
      this.hosts.map(async (h) => {
        await engine(h, 'POST', '/swarm/leave?force=1').catch(() => undefined);
        for (const c of await engine(h, 'GET', '/containers/json?all=1'))
          await engine(h, 'DELETE', `/containers/${c.Id}?force=1&v=1`);
        for (const n of await engine(h, 'GET', '/networks'))
          if (!['bridge', 'host', 'none'].includes(n.Name)) await engine(h, 'DELETE', `/networks/${n.Id}`);
        for (const v of (await engine(h, 'GET', '/volumes')).Volumes ?? [])
          await engine(h, 'DELETE', `/volumes/${v.Name}?force=1`);
      }),
    );
  }

  /** How compose is called here: the plugin, else the older program; undefined where there is neither. */
  async composeCommand() {
    for (const command of [['docker', 'compose'], ['docker-compose']]) {
      const [file, ...args] = command;
      const isThere = await run(file, [...args, 'version']).then(
        () => true,
        () => false,
      );
      if (isThere) return command;
    }
    return undefined;
  }

  async compose([file, ...before], host, args, cwd, env) {
    const DOCKER_HOST = `unix://${host.socketPath}`;
    return await run(file, [...before, ...args], { cwd, env: { ...process.env, ...env, DOCKER_HOST } });
  }
}

/** One call of an engine on its own socket. */
export function engine({ socketPath }, method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request({ socketPath, method, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        const isWrong = response.statusCode >= 400 && (method === 'GET' || body !== undefined);
        if (isWrong) reject(new Error(`${path}: ${text}`));
        else resolve(response.headers['content-type']?.includes('json') ? JSON.parse(text) : text);
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
