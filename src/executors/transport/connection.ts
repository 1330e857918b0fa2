import type { Duplex, Readable, Writable } from 'node:stream';
import type Docker from 'dockerode';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { HostEntry } from '../../model/inventory.ts';
import type { HostError } from './errors.ts';

/** Query parameters of an engine call; objects are sent as JSON (`filters`), absent ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | object | undefined>>;

/** A path in a container, as the engine sees it. */
export interface PathStat {
  readonly name: string;
  /** Of a link: the path it leads to, relative links resolved; else empty. */
  readonly linkTarget: string;
}

/** What is sent as it is: bytes, or any stream of them (Node's, tar-stream's). */
export type Bytes = Uint8Array | AsyncIterable<Uint8Array | string>;

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /**
   * Milliseconds until the call is given up with `host/timeout`; the connection's own default when absent.
   * For streams it is the time to the response's head. 0 is no limit.
   */
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What planning and observing get: one host's engine, read only. Nothing on this type can change the host.
 * Paths are engine API paths without version (`/containers/json`). Every failure is a `HostError`.
 */
export interface HostReader {
  readonly name: string;
  readonly entry: HostEntry;
  /** Highest engine API version, as `/_ping` told it, e.g. `1.41`. */
  readonly apiVersion: string;
  /** Name or address the host was reached by, its aliases resolved; absent for a local socket. */
  readonly address?: string;
  /** What `/info` told when it was last asked for; asked now if it never was. For what an engine keeps as long as it runs. */
  lastInfo<T>(): Promise<T>;
  /** A GET whose answer is JSON. */
  get<T>(path: string, query?: Query, options?: RequestOptions): Promise<T>;
  /** A GET whose body is read as it comes (logs, events, image export); destroy it to end it. */
  getStream(path: string, query?: Query, options?: RequestOptions): Promise<Readable>;
  /** A tar stream of a path in a container, running or not. */
  getArchive(container: string, path: string, options?: RequestOptions): Promise<Readable>;
  /** What `getArchive` would begin with, by name and kind alone, for a fraction of its cost. */
  statArchive(container: string, path: string, options?: RequestOptions): Promise<PathStat>;
  /** Ends the connection; pending calls fail with `host/connection-lost`. Never throws; may be called twice. */
  close(): Promise<void>;
}

/** What the steps get. A mutating call whose connection broke fails with `outcomeUnknown`: look before trying again. */
export interface HostConnection extends HostReader {
  /** `body` is sent as JSON. Resolves to the parsed JSON answer, undefined when there is none (204, 304). */
  post<T = undefined>(path: string, body?: object, query?: Query, options?: RequestOptions): Promise<T>;
  put<T = undefined>(path: string, body?: object, query?: Query, options?: RequestOptions): Promise<T>;
  delete<T = undefined>(path: string, query?: Query, options?: RequestOptions): Promise<T>;
  /** A POST that sends a stream or nothing and answers with a stream (`/images/load`, `/images/create`, `/build`). */
  postStream(path: string, body?: Bytes, query?: Query, options?: RequestOptions): Promise<Readable>;
  /** Unpacks a tar into a folder of a container that must exist; uid, gid and mode are kept. */
  putArchive(container: string, path: string, tar: Bytes, options?: RequestOptions): Promise<void>;
  /** Runs a command in a running container (no shell, no terminal) and waits for its end. */
  exec(container: string, argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Runs a command on the host itself: over SSH, or here when the engine is local. Only for what the API cannot do. */
  shell(argv: readonly string[], options?: ShellOptions): Promise<ExecResult>;
  /**
   * Starts a command on the host itself whose input and output are streams, for bulk data. Absent where no command can
   * be run (TCP engines).
   */
  spawn?(argv: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<HostProcess>;
  /**
   * A TCP connection as the host itself would open it (SSH direct-tcpip; straight when the engine is local), e.g. to a
   * container's address. Absent where the transport cannot (TCP+TLS engines).
   */
  dial?(address: string, port: number, options?: { readonly signal?: AbortSignal }): Promise<Duplex>;
  /** A connection to the engine's own socket, for a program that speaks its API by itself. */
  openEngine(): Duplex;
  /** dockerode over this connection, loaded at the first call. Its errors are dockerode's own. */
  docker(): Promise<Docker>;
  /** False once the connection is lost or closed. A local socket counts as connected. */
  readonly isConnected: boolean;
  /** Connects anew after a loss, with growing pauses, until it works or `timeoutMs` (default 60 000) is over. */
  reconnect(options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): Promise<void>;
}

export interface ExecOptions extends RequestOptions {
  readonly stdin?: string | Bytes;
  readonly user?: string;
  readonly workingDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly privileged?: boolean;
  /** Bytes kept of each of stdout and stderr; the rest is read and dropped. Default 1 MiB. */
  readonly maxOutputBytes?: number;
}

export interface ShellOptions {
  readonly stdin?: string | Bytes;
  readonly signal?: AbortSignal;
  /** Default 60 000. */
  readonly timeoutMs?: number;
}

/** A command that runs on a host. Its output has to be read, or it never ends. */
export interface HostProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Its exit code and the last it wrote to stderr. A `HostError` when nobody knows how it ended. */
  readonly ended: Promise<{ readonly exitCode: number; readonly stderr: string }>;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface OpenOptions {
  readonly signal?: AbortSignal;
  /** Until a host has answered its first call. Default 35 000. */
  readonly connectTimeoutMs?: number;
  /** Default of every call that brings no `timeoutMs`. Default 60 000. */
  readonly requestTimeoutMs?: number;
  /** Writes the key of a host met for the first time into known_hosts instead of refusing it. */
  readonly acceptNew?: boolean;
  /** Asks for a key's passphrase; give it only when there is a terminal. Undefined is "no". */
  readonly askPassphrase?: (question: string) => Promise<string | undefined>;
  /** `/info` will be asked for: it is what the connection begins with then, instead of a ping beside it. */
  readonly beginsWithInfo?: boolean;
  /** Told of what is worth knowing and no failure: a fallback taken, a key accepted. */
  readonly onNotice?: (host: string, notice: Diagnostic) => void;
  /** The environment that is looked into (`HOME`, `SSH_AUTH_SOCK`, …); the process's own when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export type OpenResult =
  | { readonly ok: true; readonly connection: HostConnection }
  | { readonly ok: false; readonly error: HostError };
