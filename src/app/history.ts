import { readLedger } from '../executors/ledger/read.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { LedgerState, RevisionRecord } from '../model/revision.ts';
import type { Session } from './session.ts';

/**
 * The history of a stack: one call to every host, all at once. After a destroy or a prune its volumes lack the container
 * that gives access to them; that is made anew then.
 */
export async function readHistory({ connections, readers }: Session, stack: string): Promise<LedgerState> {
  const byName = new Map(readers.map((reader) => [reader.name, reader]));
  const { state, copies } = await readLedger(byName, stack, [...byName.keys()]);
  if (copies.length > 0 || state.problems.length === 0) return state;
  const { openLedger } = await import('../executors/ledger/ledger.ts');
  return (await openLedger({ stack, connections, inventory: [...byName.keys()] })).state;
}

/** @throws DiagnosticError (64) when the history does not keep that revision */
export function revisionOf(state: LedgerState, number: number, stack: string): RevisionRecord {
  const record = state.revisions.find((r) => r.revision.number === number);
  if (record !== undefined) return record;
  throw new DiagnosticError([noSuchRevision(state, number, stack)], EXIT.usage);
}

function noSuchRevision(state: LedgerState, number: number, stack: string): Diagnostic {
  const numbers = state.revisions.map((r) => r.revision.number);
  return {
    severity: 'error',
    code: 'history/no-such-revision',
    message: 'the history has no such revision',
    where: `revision ${number} of stack ${stack}`,
    why: numbers.length === 0 ? 'the stack has no history on these hosts' : `it keeps ${numbers.join(', ')}`,
    fix: 'stowage history lists them',
  };
}
