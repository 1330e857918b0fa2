import type { Ledger } from '../executors/ledger/ledger.ts';
import type { HeldLock } from '../executors/ledger/lock/held.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { Holder, LedgerState } from '../model/revision.ts';
import { lockLease } from './cli/run-flags.ts';
import type { Interrupt } from './interrupt.ts';
import type { Session } from './session.ts';

export interface LockInput {
  readonly stack: string;
  readonly session: Session;
  /** Milliseconds to wait for another run's lock. */
  readonly lockWaitMs: number;
  readonly interrupt: Interrupt;
  /** Told while another run holds the lock. */
  readonly onWait: (holder: Holder | undefined, waitedMs: number) => void;
}

export interface UnderLock<T> {
  readonly lock: HeldLock;
  /** The history as it is now that nobody else can add to it. */
  readonly history: LedgerState;
  /** What `look` found. */
  readonly seen: T;
}

/**
 * Takes the stack's lock, then reads the history anew and looks at the hosts at the same time. When the history tells
 * that another run was faster (other hosts keep it, or its token is as high), all of that is done again.
 *
 * @throws DiagnosticError 75 when another run holds the lock, 130 when stopped while waiting; the lock is not held then
 */
export async function lockStack<T>(
  input: LockInput,
  ledger: Ledger,
  holder: Holder,
  look: () => Promise<T>,
): Promise<UnderLock<T>> {
  for (;;) {
    const { members } = ledger;
    const lock = await take(input, ledger, holder);
    try {
      const [history, seen] = await Promise.all([ledger.readAgain(), look()]);
      if (ledger.token < lock.token && ledger.members.join() === members.join()) return { lock, history, seen };
    } catch (error) {
      await lock.release();
      throw error;
    }
    await lock.release();
  }
}

async function take(
  { stack, session, lockWaitMs, onWait, interrupt }: Parameters<typeof lockStack>[0],
  { members, token }: Ledger,
  holder: Holder,
): Promise<HeldLock> {
  const { acquireLock } = await import('../executors/ledger/lock/lock.ts');
  return await acquireLock({
    name: stack,
    members,
    connections: session.connections,
    holder,
    lastToken: token,
    waitMs: lockWaitMs,
    leaseSeconds: lockLease(process.env),
    onWait,
    signal: interrupt.graceful,
  }).catch((error: unknown) => {
    if (!interrupt.graceful.aborted) throw error;
    throw new DiagnosticError([stoppedWaiting(stack)], EXIT.interrupted);
  });
}

function stoppedWaiting(stack: string): Diagnostic {
  return {
    severity: 'error',
    code: 'lock/stopped-waiting',
    message: 'stopped while waiting for the lock',
    where: `stack ${stack}`,
    why: 'nothing was changed',
  };
}
