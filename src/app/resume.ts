import { type LedgerReading, readLedger } from '../executors/ledger/read.ts';
import type { HostReader } from '../executors/transport/connection.ts';
import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveState } from '../model/live.ts';
import type { LedgerState, RevisionRecord } from '../model/revision.ts';
import { unfinishedRevision } from '../model/revision-share.ts';

/** The history as planning needs it: one call to every host, made while the hosts are observed. */
export async function historyForPlan(readers: readonly HostReader[], stack: string): Promise<LedgerState> {
  return (await readingForPlan(readers, stack)).state;
}

/** The same with what a writer needs besides. */
export async function readingForPlan(readers: readonly HostReader[], stack: string): Promise<LedgerReading> {
  const byName = new Map(readers.map((reader) => [reader.name, reader]));
  return await readLedger(byName, stack, [...byName.keys()], { tellsHidden: false });
}

/** Highest number of the revisions that made the containers of the stack; 0 when there are none. */
export function newestLiveRevision(live: LiveState, stack: string): number {
  const own = live.hosts.flatMap((host) => host.containers).filter(({ labels }) => labels[LABEL.stack] === stack);
  return Math.max(0, ...own.map(({ labels }) => Number(labels[LABEL.revision]) || 0));
}

/**
 * The revision `apply --resume` goes on with.
 *
 * @throws DiagnosticError (64) when the last revision came to its end, or there is none
 */
export function revisionToResume(state: LedgerState, stack: string): RevisionRecord {
  const errors = state.problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0) throw new DiagnosticError(errors, EXIT.failed);
  const record = unfinishedRevision(state.revisions);
  if (record !== undefined) return record;
  const last = state.revisions.at(-1);
  const why =
    last === undefined
      ? 'it has no history on these hosts'
      : `revision ${last.revision.number}, its last, is ${last.outcome?.status ?? 'under way'}`;
  const fix =
    last?.outcome?.status === 'paused' ? 'promote it with stowage rollout promote' : 'apply the files: stowage apply';
  throw new DiagnosticError(
    [
      {
        severity: 'error',
        code: 'resume/nothing',
        message: 'there is no interrupted revision to go on with',
        where: `stack ${stack}`,
        why,
        fix,
      },
    ],
    EXIT.usage,
  );
}
