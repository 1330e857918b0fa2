import { setTimeout as sleep } from 'node:timers/promises';
import type { Holder } from '../../../model/revision.ts';
import type { HostConnection } from '../../transport/connection.ts';
import { type Claim, claim, type LockData, readClaim, removeClaim } from './claim.ts';
import { lockAway, lockForeign, lockHeld } from './errors.ts';
import { HeldLock } from './held.ts';
import { markProcess } from './holder.ts';
import { LockWatch } from './watch.ts';

export const DEFAULT_LEASE_SECONDS = 30;

export interface LockOptions {
  /** The stack's name, or what else is locked (`_gateway`). */
  readonly name: string;
  /** The hosts that carry the lock; most of them decide. */
  readonly members: readonly string[];
  readonly connections: ReadonlyMap<string, HostConnection>;
  readonly holder: Holder;
  /** Highest fencing token known to have been given out. */
  readonly lastToken: number;
  readonly leaseSeconds?: number;
  /** How long to wait for another holder. Default 0: not at all. */
  readonly waitMs?: number;
  /** Told while waiting, about once a second. */
  readonly onWait?: (holder: Holder | undefined, waitedMs: number) => void;
  readonly signal?: AbortSignal;
}

/** What is seen of a lock from outside. */
export interface LockView {
  readonly claims: readonly Claim[];
  readonly unreachable: readonly string[];
}

/**
 * Takes a lock on most of its hosts. One whose holder is dead (its lease is over, or it was a process of this machine
 * that is gone) is taken over.
 *
 * @throws with exit code 75: `lock/held`, `lock/garbage`, `lock/foreign`, `lock/unreachable`
 */
export async function acquireLock(options: LockOptions): Promise<HeldLock> {
  const { members, name, signal, waitMs = 0 } = options;
  const watch = new LockWatch();
  const begunMs = performance.now();
  let lastToken = options.lastToken;
  for (let round = 1; ; round++) {
    signal?.throwIfAborted();
    const attempt = await tryClaims(options, lastToken + 1);
    if (attempt.held !== undefined) return attempt.held;
    if (attempt.taken === undefined) throw lockAway(0, members.length, attempt.problem);
    const { claims } = await viewLock(options);
    const [first] = claims;
    if (first === undefined) {
      await sleep(100 + Math.random() * 200, undefined, { signal });
      continue;
    }
    const foreign = claims.find((c) => c.isForeign);
    if (foreign !== undefined) throw lockForeign(foreign, name);
    lastToken = Math.max(lastToken, ...claims.map((c) => c.data?.token ?? 0));
    const waitedMs = performance.now() - begunMs;
    if (watch.isExpired(claims, performance.now())) {
      await breakLock(options, claims);
      continue;
    }
    if (first.data === undefined || waitedMs >= waitMs) throw lockHeld(first, waitMs > 0 ? waitedMs : 0);
    options.onWait?.(first.data.holder, waitedMs);
    const pauseMs = Math.min(1000, 200 * round) * (0.75 + Math.random() / 2);
    await sleep(Math.min(pauseMs, Math.max(1, waitMs - waitedMs)), undefined, { signal });
  }
}

/** Who has the lock on which host. */
export async function viewLock(options: Pick<LockOptions, 'name' | 'connections' | 'members'>): Promise<LockView> {
  const claims: Claim[] = [];
  const unreachable: string[] = [];
  await Promise.all(
    options.members.map(async (member) => {
      const connection = options.connections.get(member);
      const found = connection === undefined ? null : await readClaim(connection, options.name).catch(() => null);
      if (found === null) unreachable.push(member);
      else if (found !== undefined) claims.push(found);
    }),
  );
  const byHost = (a: Claim, b: Claim) => options.members.indexOf(a.host) - options.members.indexOf(b.host);
  return { claims: claims.sort(byHost), unreachable: unreachable.sort() };
}

/** Removes claims that were looked at before; never one that is not ours, nor one that was made since. */
export async function breakLock(
  { connections }: Pick<LockOptions, 'connections'>,
  claims: readonly Claim[],
): Promise<void> {
  await Promise.all(
    claims
      .filter((found) => !found.isForeign)
      .map(async ({ host, id }) => {
        const connection = connections.get(host);
        if (connection !== undefined) await removeClaim(connection, id);
      }),
  );
}

interface Attempt {
  readonly held?: HeldLock;
  /** Host on which someone else was first. */
  readonly taken?: string;
  readonly problem?: unknown;
}

/**
 * Claims the first host and then the others: runs that begin at the same time meet on the first, in an order all share.
 * With most hosts won, a claim of someone else on the rest is one that was forgotten or too late, and goes.
 */
async function tryClaims(options: LockOptions, token: number): Promise<Attempt> {
  const { members, connections, name } = options;
  const data: LockData = {
    nonce: crypto.randomUUID(),
    holder: options.holder,
    sinceMs: Date.now(),
    leaseSeconds: options.leaseSeconds ?? DEFAULT_LEASE_SECONDS,
    token,
    process: markProcess(),
  };
  const won = new Map<string, string>();
  const taken: string[] = [];
  let problem: unknown;
  const attempt = async (member: string) => {
    const connection = connections.get(member);
    if (connection === undefined) return;
    try {
      const id = await claim(connection, name, data);
      if (id === undefined) taken.push(member);
      else won.set(member, id);
    } catch (error) {
      problem = error;
    }
  };
  const [first, ...rest] = members.filter((member) => connections.has(member));
  if (first !== undefined) await attempt(first);
  if (taken.length < members.length / 2) await Promise.all(rest.map(attempt));
  if (won.size > members.length / 2) {
    await takeForgotten(options, taken, data, won);
    return { held: new HeldLock(options, data, won) };
  }
  await Promise.allSettled([...won].map(([host, id]) => removeClaim(connections.get(host) as HostConnection, id)));
  return { taken: taken[0], problem };
}

async function takeForgotten(
  { connections, name }: LockOptions,
  taken: readonly string[],
  data: LockData,
  won: Map<string, string>,
): Promise<void> {
  for (const member of taken) {
    const connection = connections.get(member) as HostConnection;
    const found = await readClaim(connection, name).catch(() => undefined);
    if (found === undefined || found.isForeign) continue;
    await removeClaim(connection, found.id).catch(() => undefined);
    const id = await claim(connection, name, data).catch(() => undefined);
    if (id !== undefined) won.set(member, id);
  }
}
