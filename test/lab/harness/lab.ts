import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { clearEngine, type Engine, endSwarms, openEngine } from './engine.ts';
import { type CommandOptions, type CommandResult, type RunningCommand, run, runOrThrow, start } from './process.ts';
import { startTraffic, type Traffic, type TrafficOptions } from './traffic.ts';
import { makeWorkspace, removeDirectory, writeSshFiles } from './workspace.ts';

export const LAB_SCRIPT = fileURLToPath(new URL('../lab', import.meta.url));
const GOSSIP_PORT = 7946;
/** TCP_LISTEN as /proc/net/tcp has it. */
const LISTENING = '0A';

export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

export interface LabHost {
  /** `host1`: also its name for ssh, and `host1.lab` for containers. */
  readonly name: string;
  /** On the public network, where the operator is. */
  readonly address: string;
  /** On the private network, reached only by hosts and bastion. */
  readonly privateAddress: string;
  /** The engine's Unix socket, usable from here whatever the network does. */
  readonly socketPath: string;
}

/** What a client needs to reach the hosts. */
export interface LabEnv {
  /** Its ~/.ssh has config (Host host1 …, host1-priv through the bastion), known_hosts and id_ed25519. */
  readonly home: string;
  readonly key: string;
  readonly knownHosts: string;
  readonly sshConfig: string;
  /** For tcp://HOST:2376. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
}

export interface HttpAnswer {
  /** 0 when there was no answer; `body` then says why. */
  readonly status: number;
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export type Network = 'pub' | 'priv' | 'all';

/** Variables of the caller that would change what the command under test does. */
const CALLER_VARIABLES =
  /^(DOCKER_|COMPOSE_|STOWAGE_|SSH_|VITEST|XDG_|NODE_OPTIONS$|NODE_ENV$|TEST$|CI$|FORCE_COLOR$|NO_COLOR$|CLICOLOR)/;

/** One running lab: its hosts, what can be done to them, and the truth about them. */
export class Lab {
  readonly directory: string;
  /** `host:port` of the anonymous registry; plain names such as `web:1` lead to it as well. */
  readonly registry: string;
  readonly env: LabEnv;
  #hosts: readonly LabHost[] = [];
  readonly #workspaces: string[] = [];

  constructor(directory: string, hostCount: number) {
    this.directory = directory;
    this.registry = '10.210.0.1:5000';
    this.#hosts = listHosts(directory, hostCount);
    const home = this.workspace({});
    writeSshFiles(home, directory);
    const inLab = (...path: string[]) => join(directory, ...path);
    this.env = {
      home,
      key: join(home, '.ssh', 'id_ed25519'),
      knownHosts: join(home, '.ssh', 'known_hosts'),
      sshConfig: join(home, '.ssh', 'config'),
      tls: { ca: inLab('tls', 'ca.pem'), cert: inLab('tls', 'cert.pem'), key: inLab('tls', 'key.pem') },
    };
  }

  get hosts(): readonly LabHost[] {
    return this.#hosts;
  }

  host(name: string): LabHost {
    const found = this.#hosts.find((host) => host.name === name);
    if (!found)
      throw new Error(`no host ${name} in the lab (there are ${this.#hosts.map((host) => host.name).join(', ')})`);
    return found;
  }

  /** Runs the lab script itself, e.g. `control('image', 'web:9', 'VERSION=9')`; the output is returned. */
  control(...args: string[]): Promise<string> {
    return runOrThrow(LAB_SCRIPT, args, { env: { ...process.env, LAB_DIR: this.directory } });
  }

  /** Runs a command where the hosts can be reached, with the lab's home directory. */
  run(command: string, args: readonly string[] = [], options: CommandOptions = {}): Promise<CommandResult> {
    return this.start(command, args, options).done;
  }

  start(command: string, args: readonly string[] = [], options: CommandOptions = {}): RunningCommand {
    const env = { ...cleanEnvironment(), ...this.variables, ...options.env };
    const [program, ...rest] = this.operatorCommand(command, args);
    return start(program, rest, { ...options, env });
  }

  /** Runs `stowage ARGS` to its end. */
  cli(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return this.startCli(args, options).done;
  }

  /** Starts `stowage ARGS`, for tests that interrupt it or look at it while it runs. */
  startCli(args: readonly string[], options: CommandOptions = {}): RunningCommand {
    return this.start(process.execPath, [join(PROJECT, 'bin', 'run.cjs'), ...args], options);
  }

  /** Writes files into a new directory, removed when the suite ends. */
  workspace(files: Readonly<Record<string, string>>): string {
    const directory = makeWorkspace(join(this.directory, 'workspaces'), files);
    this.#workspaces.push(directory);
    return directory;
  }

  /** The truth on a host: the docker CLI on the engine's own socket. Throws when it fails. */
  async docker(host: string, args: readonly string[]): Promise<string> {
    return (await runOrThrow('docker', ['-H', `unix://${this.host(host).socketPath}`, ...args])).trimEnd();
  }

  engine(host: string): Engine {
    return openEngine(this.host(host).socketPath);
  }

  /** Runs a command as root on a host, without SSH. Throws when it fails. */
  onHost(host: string, command: string, args: readonly string[] = []): Promise<string> {
    return this.control('in', host, command, ...args);
  }

  /** How many SSH logins a host's sshd has accepted since it was made. */
  sshLogins(host: string): number {
    const log = readFileSync(join(this.directory, 'hosts', host, 'root', 'var', 'log', 'sshd.log'), 'utf8');
    return log.split('\n').filter((line) => line.includes('Accepted publickey')).length;
  }

  /** One GET from the operator's side to a host (by name) or an address. */
  async http(
    host: string,
    port: number,
    path = '/',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    const address = this.#hosts.find(({ name }) => name === host)?.address ?? host;
    const named = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const result = await this.run('curl', [
      '-sS',
      '-i',
      '--max-time',
      '10',
      ...named,
      `http://${address}:${port}${path}`,
    ]);
    return result.exitCode === 0 ? parseAnswer(result.stdout) : { status: 0, body: result.stderr.trim(), headers: {} };
  }

  /** Steady requests from the operator's side until stopped. */
  traffic(urls: readonly string[], options: TrafficOptions = {}): Promise<Traffic> {
    return startTraffic(join(this.directory, 'ns', 'operator'), urls, options);
  }

  // Faults. Each returns once it is in force; `reset` undoes them all.
  cut = (host: string, network: Network = 'all') => this.control('cut', host, network);
  delay = (host: string, milliseconds: number, lossPercent = 0) =>
    this.control('delay', host, String(milliseconds), String(lossPercent));
  loss = (host: string, percent: number) => this.control('loss', host, String(percent));
  rate = (host: string, kbitPerSecond: number) => this.control('rate', host, String(kbitPerSecond));
  heal = (host: string) => this.control('heal', host);
  reboot = (host: string) => this.control('reboot', host);
  off = (host: string) => this.control('off', host);
  on = (host: string) => this.control('on', host);
  /** `args` replace dockerd's extra arguments from then on. */
  dockerd = (host: string, action: 'stop' | 'start' | 'restart' | 'kill', ...args: string[]) =>
    this.control('dockerd', host, action, ...args);
  /** `drop` ends the established connections too. */
  sshd = (host: string, action: 'stop' | 'start' | 'drop') => this.control('sshd', host, action);

  /** Makes sure that at least `hostCount` hosts are up and that every fault is undone. */
  async need(hostCount: number): Promise<void> {
    const count = Math.max(hostCount, this.#hosts.length);
    await this.control('up', String(count));
    this.#hosts = listHosts(this.directory, count);
    writeSshFiles(this.env.home, this.directory);
  }

  /** Removes every container, network and volume on every host, and ends swarms. */
  async cleanup(options: { readonly images?: boolean } = {}): Promise<void> {
    const engines = this.#hosts.map(({ socketPath }) => openEngine(socketPath));
    await endSwarms(engines);
    await Promise.all(engines.map((engine) => clearEngine(engine, options)));
    await Promise.all(this.#hosts.map((host) => this.#endGossip(host)));
  }

  /**
   * An engine that is told to leave while its swarm changes can keep the gossip port of the old swarm open. It is deaf
   * in the next one then (no names, no traffic across hosts) until it is started again.
   */
  async #endGossip({ name }: LabHost): Promise<void> {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if (!(await this.#listens(name, GOSSIP_PORT))) return;
      await sleep(300);
    }
    await this.dockerd(name, 'restart');
  }

  async #listens(host: string, port: number): Promise<boolean> {
    const sockets = await this.onHost(host, 'cat', ['/proc/net/tcp', '/proc/net/tcp6']);
    const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    return sockets.split('\n').some((line) => {
      const [, localAddress, , state] = line.trim().split(/\s+/);
      return localAddress?.endsWith(local) && state === LISTENING;
    });
  }

  /** As new: faults undone, hosts empty. */
  async reset(hostCount = 1): Promise<void> {
    await this.need(hostCount);
    await this.cleanup();
  }

  /** Removes the temporary directories of this object; the lab itself stays. */
  dispose(): void {
    for (const directory of this.#workspaces.splice(0)) removeDirectory(directory);
  }

  /** What a command has to be started as to run in the operator's network. */
  operatorCommand(command: string, args: readonly string[]): readonly [string, ...string[]] {
    return ['nsenter', `--net=${join(this.directory, 'ns', 'operator')}`, '--', command, ...args];
  }

  /** What a client's environment needs to have. */
  get variables(): Readonly<Record<string, string>> {
    return { HOME: this.env.home, STOWAGE_SSH_CONFIG: this.env.sshConfig };
  }
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !CALLER_VARIABLES.test(name)));
}

function listHosts(directory: string, count: number): readonly LabHost[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `host${index + 1}`,
    address: `10.210.0.${11 + index}`,
    privateAddress: `10.210.1.${11 + index}`,
    socketPath: join(directory, 'engine', `host${index + 1}.sock`),
  }));
}

function parseAnswer(text: string): HttpAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return {
    status: Number(statusLine.split(' ')[1]),
    body: rest.join('\r\n\r\n'),
    headers: Object.fromEntries(headers),
  };
}

/** What one lab may keep in memory, and what must be free for all of them. */
const LAB_TMPFS_MB = 4096;
const ENOUGH_MEMORY = 12 * 1024 ** 3;

/**
 * The environment a lab of the tests is brought up with. Engines wait for the disk all the time, so it is in memory where
 * there is enough of that; and they start themselves anew for each archive and several times for each container, which
 * is a quarter faster when the garbage of the first moment is left alone: together a container starts in two thirds of
 * the time.
 */
export function labSettings(directory: string): NodeJS.ProcessEnv {
  const inMemory = freemem() > ENOUGH_MEMORY ? { LAB_TMPFS: String(LAB_TMPFS_MB) } : {};
  return { ...inMemory, LAB_DOCKERD_ENV: 'GOGC=400', ...process.env, LAB_DIR: directory };
}

/** Why a lab cannot run on this machine, or undefined once it is up in `directory`. Throws when it should run but fails. */
export async function bringUp(directory: string, hostCount: number): Promise<string | undefined> {
  const result = await run(LAB_SCRIPT, ['up', String(hostCount)], { env: labSettings(directory), timeoutMs: 600_000 });
  if (result.exitCode === 0) return undefined;
  const reason = /cannot run here: (.*)/.exec(result.stderr)?.[1];
  if (result.exitCode === 3 && reason) return reason;
  throw new Error(`the lab did not come up (exit code ${result.exitCode}):\n${result.all}`);
}
