import type { Claim } from '../executors/ledger/lock/claim.ts';
import type { Holder } from '../model/revision.ts';
import type { Session } from './session.ts';

export interface LockReport {
  readonly host: string;
  readonly holder?: Holder;
  readonly token?: number;
  readonly sinceMs?: number;
  readonly leaseSeconds?: number;
  /** The name is taken by a container that is not ours; it is never removed. */
  readonly isForeign: boolean;
}

/** Who holds the stack's lock, host by host. */
export async function readLock(
  session: Session,
  stack: string,
): Promise<{ claims: readonly Claim[]; reports: LockReport[] }> {
  const { viewLock } = await import('../executors/ledger/lock/lock.ts');
  const members = [...session.connections.keys()];
  const { claims } = await viewLock({ name: stack, connections: session.connections, members });
  return { claims, reports: claims.map(reportOf) };
}

/** Breaks the lock as it was looked at, and writes that down. */
export async function breakStackLock(session: Session, stack: string, claims: readonly Claim[]): Promise<void> {
  const [{ breakLock }, { openLedger }, { describeHolder }] = await Promise.all([
    import('../executors/ledger/lock/lock.ts'),
    import('../executors/ledger/ledger.ts'),
    import('../executors/ledger/lock/holder.ts'),
  ]);
  const { connections } = session;
  await breakLock({ connections }, claims);
  const ledger = await openLedger({ stack, connections, inventory: [...connections.keys()] });
  const by = describeHolder(process.env);
  const held = claims.flatMap((c) => c.data ?? [])[0];
  const text =
    held === undefined ? 'its holder could not be read' : `it was held by ${held.holder.user} on ${held.holder.host}`;
  await ledger.note({ atMs: Date.now(), action: 'unlock', by, outcome: 'lock broken', text });
}

function reportOf({ host, data, isForeign }: Claim): LockReport {
  return {
    host,
    isForeign,
    ...(data === undefined
      ? {}
      : { holder: data.holder, token: data.token, sinceMs: data.sinceMs, leaseSeconds: data.leaseSeconds }),
  };
}
