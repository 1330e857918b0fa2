import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { LiveState } from '../model/live.ts';
import type { LedgerState } from '../model/revision.ts';
import { lockLease } from './cli/run-flags.ts';
import type { Session } from './session.ts';

/**
 * Does what killed runs left to do where a run has nothing else to do: brings copies of the history that are behind up to
 * date, and removes the lock of a run that is dead. While another run has the lock it is left to that one.
 *
 * @param history as it was read
 * @param live    the hosts as they were read
 * @returns the hosts whose copies are right again
 * @throws DiagnosticError when the history may not be written
 */
export async function repairHistory(
  { connections }: Session,
  stack: string,
  history: LedgerState,
  live: LiveState,
): Promise<readonly string[]> {
  const { behind = [] } = history;
  const { isClaim } = await import('../executors/ledger/lock/claim.ts');
  const isLocked = live.hosts.some((host) => host.containers.some(({ labels }) => isClaim(labels, stack)));
  if (behind.length === 0 && !isLocked) return [];
  const [{ openLedger }, { acquireLock }, { describeHolder }] = await Promise.all([
    import('../executors/ledger/ledger.ts'),
    import('../executors/ledger/lock/lock.ts'),
    import('../executors/ledger/lock/holder.ts'),
  ]);
  const ledger = await openLedger({ stack, connections, inventory: [...connections.keys()] });
  const { members, token: lastToken } = ledger;
  const holder = describeHolder(process.env);
  const leaseSeconds = lockLease(process.env);
  const lock = await acquireLock({ name: stack, members, connections, holder, lastToken, leaseSeconds }).catch(
    unlessHeld,
  );
  if (lock === undefined) return [];
  try {
    await ledger.readAgain();
    await ledger.repair();
    return behind;
  } finally {
    await lock.release();
  }
}

function unlessHeld(error: unknown): undefined {
  if (error instanceof DiagnosticError && error.exitCode === EXIT.locked) return undefined;
  throw error;
}
