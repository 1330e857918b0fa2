import { stepFailure } from '../docker/steps/failure.ts';
import type { HostConnection } from '../transport/connection.ts';

/** The connections of a run. Steps that lose one at the same time share one reconnect; a host that stays away is given up. */
export class Links {
  readonly #connections: ReadonlyMap<string, HostConnection>;
  readonly #reconnects = new Map<string, Promise<void>>();
  readonly #lost = new Map<string, unknown>();
  readonly #timeoutMs: number;

  constructor(connections: ReadonlyMap<string, HostConnection>, reconnectTimeoutMs: number) {
    this.#connections = connections;
    this.#timeoutMs = reconnectTimeoutMs;
  }

  get(host: string): HostConnection {
    const connection = this.#connections.get(host);
    if (connection !== undefined) return connection;
    throw stepFailure('host/not-in-run', 'a step is for a host that is not in this run', {
      detail: host,
      fix: 'plan again with the same hosts',
    });
  }

  /** True when a host did not come back; no further step is started there. */
  isLost(host: string): boolean {
    return this.#lost.has(host);
  }

  /** True while calls to the host can be tried; a single broken call does not end a connection. */
  isConnected(host: string): boolean {
    return this.get(host).isConnected;
  }

  async reconnect(host: string, signal: AbortSignal): Promise<void> {
    if (this.#lost.has(host)) throw this.#lost.get(host);
    const connection = this.get(host);
    if (connection.isConnected) return;
    const running = this.#reconnects.get(host) ?? this.#start(host, connection, signal);
    await running;
  }

  #start(host: string, connection: HostConnection, signal: AbortSignal): Promise<void> {
    const reconnect = connection
      .reconnect({ signal, timeoutMs: this.#timeoutMs })
      .catch((error: unknown) => {
        if (!signal.aborted) this.#lost.set(host, error);
        throw error;
      })
      .finally(() => this.#reconnects.delete(host));
    this.#reconnects.set(host, reconnect);
    return reconnect;
  }
}
