import type { HostConnection } from '../../transport/connection.ts';
import { engineTimeMs, type LockData, removeClaim, sendBeat } from './claim.ts';
import { lockLost, lockUnconfirmed } from './errors.ts';

interface Surroundings {
  readonly name: string;
  readonly members: readonly string[];
  readonly connections: ReadonlyMap<string, HostConnection>;
}

/** Part of the lease for which a confirmation is trusted. */
const TRUST = 0.5;
/** How long `verify` waits for hosts that are away, in leases. */
const PATIENCE = 2;
const BEATS_PER_LEASE = 3;

/** A lock this process holds, kept alive by signs of life until it is released. */
export class HeldLock {
  #count = 0;
  #confirmed = now();
  #isLost = false;
  #beating: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Each engine's clock less this process's monotonic one. */
  readonly #clockOffsets = new Map<string, number>();

  /** Sends signs of life until it is released. A claim that was just made is one itself: the first is due later. */
  constructor(
    readonly surroundings: Surroundings,
    readonly data: LockData,
    readonly claims: ReadonlyMap<string, string>,
  ) {
    this.#timer = setInterval(() => void this.#beat(), this.#leaseMs / BEATS_PER_LEASE);
    this.#timer.unref();
  }

  /** Grows with every holder of this lock. */
  get token(): number {
    return this.data.token;
  }

  /**
   * Returns at once while the lock was confirmed lately; else asks its hosts, and waits for them while they are away.
   *
   * @throws `lock/lost` or `lock/unconfirmed`, exit code 75: nothing more may be changed
   */
  async verify(): Promise<void> {
    const begun = now();
    for (;;) {
      if (this.#isLost) throw this.#lost();
      if (isWithin(this.#confirmed, this.#leaseMs * TRUST)) return;
      if (!isWithin(begun, this.#leaseMs * PATIENCE)) {
        throw lockUnconfirmed(this.surroundings.name, Math.round((Date.now() - this.#confirmed.wall) / 1000));
      }
      await this.#beat();
      if (!this.#isLost && !isWithin(this.#confirmed, this.#leaseMs * TRUST)) {
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  /**
   * Asks the hosts when there was no confirmation lately, and does not wait for those that are away.
   *
   * @throws `lock/lost` when somebody else has the lock now
   */
  async refuseLost(): Promise<void> {
    const isOpen = () => !this.#isLost && !isWithin(this.#confirmed, this.#leaseMs * TRUST);
    if (isOpen()) await this.#beat();
    if (isOpen()) await this.#beat(); // the one before was under way already, maybe for as long as the process was frozen
    if (this.#isLost) throw this.#lost();
  }

  /** Gives the lock up; a host that is away keeps its claim until someone finds it forgotten. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    const { connections } = this.surroundings;
    const remove = async ([host, id]: [string, string]) => {
      const connection = connections.get(host);
      if (connection === undefined) return;
      if (!connection.isConnected) await connection.reconnect({ timeoutMs: 10_000 });
      await removeClaim(connection, id);
    };
    await Promise.allSettled([...this.claims].map(remove));
  }

  get #leaseMs(): number {
    return this.data.leaseSeconds * 1000;
  }

  #beat(): Promise<void> {
    this.#beating ??= this.#beatOnce().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  async #beatOnce(): Promise<void> {
    const sent = now();
    const count = ++this.#count;
    const results = await Promise.all([...this.claims].map(([host, id]) => this.#beatHost(host, id, count)));
    const most = this.surroundings.members.length / 2;
    const alive = results.filter((result) => result === 'alive').length;
    if (alive > most) this.#confirmed = sent;
    const gone =
      results.filter((result) => result === 'lost').length + this.surroundings.members.length - this.claims.size;
    if (gone >= most && results.includes('lost')) this.#isLost = true;
  }

  async #beatHost(host: string, id: string, count: number) {
    const connection = this.surroundings.connections.get(host);
    if (connection === undefined) return 'away';
    const timeoutMs = this.#leaseMs / BEATS_PER_LEASE;
    try {
      if (!connection.isConnected) await connection.reconnect({ timeoutMs });
      const engineTimeMs = await this.#engineTimeMs(connection);
      return await sendBeat(connection, id, { count, engineTimeMs }, timeoutMs);
    } catch {
      return 'away';
    }
  }

  async #engineTimeMs(connection: HostConnection): Promise<number> {
    const known = this.#clockOffsets.get(connection.name);
    if (known !== undefined) return Math.round(known + performance.now());
    const engineMs = await engineTimeMs(connection);
    this.#clockOffsets.set(connection.name, engineMs - performance.now());
    return engineMs;
  }

  #lost() {
    const { name, members } = this.surroundings;
    return lockLost(name, members.length, members.length);
  }
}

interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/** The monotonic clock stands still while a laptop sleeps, the other one may be set: the larger difference counts. */
function now(): Moment {
  return { monotonic: performance.now(), wall: Date.now() };
}

function isWithin(moment: Moment, milliseconds: number): boolean {
  return Math.max(performance.now() - moment.monotonic, Date.now() - moment.wall) < milliseconds;
}
