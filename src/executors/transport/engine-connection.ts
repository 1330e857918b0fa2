import type { Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type Docker from 'dockerode';
import type { HostEntry } from '../../model/inventory.ts';
import type {
  Bytes,
  ExecOptions,
  ExecResult,
  HostConnection,
  HostProcess,
  OpenOptions,
  PathStat,
  Query,
  RequestOptions,
  ShellOptions,
} from './connection.ts';
import { HostError } from './errors.ts';
import { failure } from './failures.ts';
import { callJson, callStream, callText, type HttpCall, type HttpTarget } from './http/client.ts';
import { execInContainer } from './http/exec.ts';
import type { Link } from './link.ts';

/** Newest engine API this was written against; a newer engine is asked to speak it. */
const NEWEST_API = '1.51';
const OLDEST_API = '1.40';
const REQUEST_TIMEOUT_MS = 60_000;
/** An engine whose swarm has no leader waits 20 s for one before it answers `/info`. */
const FIRST_ANSWER_TIMEOUT_MS = 35_000;
const RECONNECT_TIMEOUT_MS = 60_000;
/** The answer a connection began with is not kept for later. */
const INFO_FRESH_MS = 5_000;

type ReconnectOptions = { readonly signal?: AbortSignal; readonly timeoutMs?: number };
/** What the agents of our links have: a socket at once, which connects behind the scenes. */
interface Connects {
  readonly options: { readonly socketPath?: string };
  createConnection(options: object): Duplex;
}

type OpenLink = (signal: AbortSignal | undefined) => Promise<Link>;

/**
 * Opens a link and asks the engine for its version; what comes back works.
 *
 * @throws HostError whatever went wrong; nothing stays open
 */
export async function connectEngine(
  entry: HostEntry,
  openLink: OpenLink,
  options: OpenOptions,
): Promise<HostConnection> {
  const link = await openLink(options.signal);
  try {
    const { apiVersion, text } = await handshake(entry, link, options);
    const info = options.beginsWithInfo ? parsed(text) : undefined;
    return new EngineConnection(entry, openLink, options, link, apiVersion, info);
  } catch (error) {
    await link.close();
    throw error;
  }
}

class EngineConnection implements HostConnection {
  readonly name: string;
  apiVersion: string;
  #link: Link;
  #docker: Docker | undefined;
  #isClosed = false;
  /** The answer the connection began with, for who asks for it first. */
  #info: { readonly atMs: number } | undefined;
  #lastInfo: unknown;
  /** Several steps may notice the same loss; one of them connects. */
  #reconnecting: Promise<void> | undefined;

  constructor(
    readonly entry: HostEntry,
    readonly openLink: OpenLink,
    readonly options: OpenOptions,
    link: Link,
    apiVersion: string,
    info: unknown,
  ) {
    this.name = entry.name;
    this.#link = link;
    this.apiVersion = apiVersion;
    this.#lastInfo = info;
    this.#info = info === undefined ? undefined : { atMs: performance.now() };
  }

  get address(): string | undefined {
    return this.#link.address;
  }

  get isConnected(): boolean {
    return !this.#isClosed && this.#link.isOpen;
  }

  async get<T>(path: string, query?: Query, options?: RequestOptions): Promise<T> {
    const call: HttpCall = { method: 'GET', path, query, ...options };
    if (path !== '/info') return await callJson<T>(this.#target, call);
    const info = this.#info;
    this.#info = undefined;
    if (info === undefined || performance.now() - info.atMs > INFO_FRESH_MS)
      this.#lastInfo = await callJson<T>(this.#target, call);
    return this.#lastInfo as T;
  }

  async lastInfo<T>(): Promise<T> {
    return (this.#lastInfo as T | undefined) ?? (await this.get<T>('/info'));
  }

  async getStream(path: string, query?: Query, options?: RequestOptions): Promise<Readable> {
    return await callStream(this.#target, { method: 'GET', path, query, ...options });
  }

  async getArchive(container: string, path: string, options?: RequestOptions): Promise<Readable> {
    return await this.getStream(`/containers/${encodeURIComponent(container)}/archive`, { path }, options);
  }

  async statArchive(container: string, path: string, options?: RequestOptions): Promise<PathStat> {
    const url = `/containers/${encodeURIComponent(container)}/archive`;
    const call: HttpCall = { method: 'HEAD', path: url, query: { path }, ...options };
    const { head } = await callText(this.#target, call);
    const stat = parsed(Buffer.from(String(head.headers['x-docker-container-path-stat'] ?? ''), 'base64').toString());
    if (stat === undefined)
      throw failure(this.entry, 'host/bad-answer', { detail: `HEAD ${url}`, why: 'it tells nothing' });
    return stat as PathStat;
  }

  async post<T>(path: string, body?: object, query?: Query, options?: RequestOptions): Promise<T> {
    return await callJson<T>(this.#target, { method: 'POST', path, body, query, ...options });
  }

  async put<T>(path: string, body?: object, query?: Query, options?: RequestOptions): Promise<T> {
    return await callJson<T>(this.#target, { method: 'PUT', path, body, query, ...options });
  }

  async delete<T>(path: string, query?: Query, options?: RequestOptions): Promise<T> {
    return await callJson<T>(this.#target, { method: 'DELETE', path, query, ...options });
  }

  async postStream(path: string, body?: Bytes, query?: Query, options?: RequestOptions): Promise<Readable> {
    return await callStream(this.#target, { method: 'POST', path, body, query, ...options });
  }

  async putArchive(container: string, path: string, tar: Bytes, options?: RequestOptions): Promise<void> {
    // Without copyUIDGID the engine keeps the owners in the archive; with it, it looks the image's user up on the host.
    const url = `/containers/${encodeURIComponent(container)}/archive`;
    await callText(this.#target, { method: 'PUT', path: url, body: tar, query: { path }, ...options });
  }

  async exec(container: string, argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return await execInContainer(this.#target, container, argv, options);
  }

  async shell(argv: readonly string[], options: ShellOptions = {}): Promise<ExecResult> {
    this.#mustBeOpen();
    return await this.#link.shell(argv, options);
  }

  /** Absent where the link runs no commands. */
  get spawn(): HostConnection['spawn'] {
    const spawn = this.#link.spawn;
    if (spawn === undefined) return undefined;
    return async (argv, options = {}): Promise<HostProcess> => {
      this.#mustBeOpen();
      return await spawn(argv, options.signal);
    };
  }

  /** Absent where the link has no way to open TCP connections from the host. */
  get dial(): HostConnection['dial'] {
    const dial = this.#link.dial;
    if (dial === undefined) return undefined;
    return async (address, port, options = {}): Promise<Duplex> => {
      this.#mustBeOpen();
      return await dial(address, port, options.signal);
    };
  }

  openEngine(): Duplex {
    this.#mustBeOpen();
    const agent = this.#link.agent as unknown as Connects;
    return agent.createConnection({ ...agent.options, path: agent.options.socketPath });
  }

  async docker(): Promise<Docker> {
    this.#mustBeOpen();
    if (this.#docker) return this.#docker;
    const { default: Dockerode } = await import('dockerode');
    const { agent } = this.#link;
    const protocol = 'protocol' in agent && agent.protocol === 'https:' ? 'https' : 'http';
    // docker-modem prints its options at every request; an agent that holds a whole connection makes that slow.
    Object.assign(agent, { [inspect.custom]: () => 'HostAgent' });
    const settings = { protocol, host: 'docker', port: 80, agent, version: `v${this.apiVersion}` } as const;
    this.#docker = new Dockerode(settings);
    return this.#docker;
  }

  async reconnect(options: ReconnectOptions = {}): Promise<void> {
    if (this.#isClosed) throw this.#closed();
    this.#reconnecting ??= this.#reconnect(options).finally(() => {
      this.#reconnecting = undefined;
    });
    await this.#reconnecting;
  }

  async #reconnect(options: ReconnectOptions): Promise<void> {
    const deadline = Date.now() + (options.timeoutMs ?? RECONNECT_TIMEOUT_MS);
    await this.#link.close();
    this.#docker = undefined;
    for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      try {
        this.#link = await this.openLink(options.signal);
        this.#info = undefined;
        this.#lastInfo = undefined;
        const again = { ...this.options, signal: options.signal, beginsWithInfo: false };
        this.apiVersion = (await handshake(this.entry, this.#link, again)).apiVersion;
        return;
      } catch (error) {
        await this.#link.close();
        if (!isPassing(error) || Date.now() + pauseMs > deadline) throw error;
        await sleep(pauseMs, undefined, { signal: options.signal }).catch(() => {
          throw failure(this.entry, 'host/aborted', { detail: 'reconnect' });
        });
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#link.close();
  }

  get #target(): HttpTarget {
    this.#mustBeOpen();
    return {
      entry: this.entry,
      agent: this.#link.agent,
      prefix: `/v${this.apiVersion}`,
      defaultTimeoutMs: this.options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    };
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw this.#closed();
    if (!this.#link.isOpen) throw failure(this.entry, 'host/connection-lost', { why: 'it broke earlier in this run' });
  }

  #closed(): HostError {
    return failure(this.entry, 'host/connection-lost', { why: 'this connection was closed by Stowage itself' });
  }
}

/** Undefined when it is no JSON: it is asked for again then, and the failure told. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a host may get over by itself: no refusal of a person or a key. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof HostError)) return false;
  if (error.status !== undefined) return error.status >= 500;
  const passing = [
    'host/unreachable',
    'host/jump-failed',
    'host/ssh-failed',
    'host/engine-down',
    'host/connection-lost',
  ];
  return [...passing, 'host/timeout'].includes(error.code);
}

/** The first call, whose answer tells the API version to speak, whatever it asks for. */
async function handshake(entry: HostEntry, link: Link, options: OpenOptions) {
  const defaultTimeoutMs = options.connectTimeoutMs ?? FIRST_ANSWER_TIMEOUT_MS;
  const target = { entry, agent: link.agent, prefix: '', defaultTimeoutMs };
  const path = options.beginsWithInfo ? '/info' : '/_ping';
  const call: HttpCall = { method: 'GET', path, signal: options.signal };
  const { head, text } = await callText(target, call);
  const version = String(head.headers['api-version'] ?? '');
  if (!/^\d+\.\d+$/.test(version)) {
    throw failure(entry, 'host/bad-answer', { detail: `GET ${path}`, why: 'it names no API version' });
  }
  if (compareVersions(version, OLDEST_API) < 0) {
    throw failure(entry, 'host/engine-too-old', {
      why: `it speaks API ${version}, ${OLDEST_API} is the oldest known here`,
    });
  }
  return { apiVersion: compareVersions(version, NEWEST_API) > 0 ? NEWEST_API : version, text };
}

function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
