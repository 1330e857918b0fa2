import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecResult, HostProcess, ShellOptions } from './connection.ts';

/** One way to an engine: what carries the HTTP calls, and a shell beside it where there is one. */
export interface Link {
  readonly agent: Agent;
  readonly isOpen: boolean;
  /** Name or address the host was reached by, its aliases resolved; absent for a local socket. */
  readonly address?: string;
  /** Runs a command on the host itself. */
  shell(argv: readonly string[], options: ShellOptions): Promise<ExecResult>;
  /** Starts a command on the host itself. */
  spawn?(argv: readonly string[], signal: AbortSignal | undefined): Promise<HostProcess>;
  /** A TCP connection as the host itself would open it. */
  dial?(address: string, port: number, signal: AbortSignal | undefined): Promise<Duplex>;
  /** Ends everything at once; never throws. */
  close(): Promise<void>;
}

/** Free sockets are dropped after a minute: the engine ends idle ones after five, which a write must not meet. */
export const IDLE_SOCKET_MS = 60_000;

/** Calls of one command run side by side; more sockets than this only queue inside the engine. */
export const MAX_SOCKETS = 64;
