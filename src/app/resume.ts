import { readLedger } from '../executors/ledger/read.ts';
import type { HostReader } from '../executors/transport/connection.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveState } from '../model/live.ts';
import type { LedgerState, RevisionRecord } from '../model/revision.ts';
import { appliedShare, unfinishedRevision } from '../model/revision-share.ts';

/** The history as planning needs it: one call to every host, made while the hosts are observed. */
export async function historyForPlan(readers: readonly HostReader[], stack: string): Promise<LedgerState> {
  const byName = new Map(readers.map((reader) => [reader.name, reader]));
  const { state } = await readLedger(byName, stack, [...byName.keys()], { findVolumes: false });
  return state;
}

/** What a reader of the plan has to know of the history: damage, and a revision that did not come to its end. */
export function historyNotices(state: LedgerState, live: LiveState, stack: string): Diagnostic[] {
  const unfinished = unfinishedRevision(state.revisions);
  const last = newestLiveRevision(live, stack);
  return [
    ...state.problems,
    ...(state.hosts.length === 0 && last > 0 ? [historyMissing(last, stack)] : []),
    ...(unfinished === undefined ? [] : [unfinishedNotice(unfinished, live, stack)]),
  ];
}

/** Highest number of the revisions that made the containers of the stack; 0 when there are none. */
export function newestLiveRevision(live: LiveState, stack: string): number {
  const own = live.hosts.flatMap((host) => host.containers).filter(({ labels }) => labels[LABEL.stack] === stack);
  return Math.max(0, ...own.map(({ labels }) => Number(labels[LABEL.revision]) || 0));
}

function historyMissing(last: number, stack: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'ledger/missing',
    message: 'the history of the stack is not there',
    where: `stack ${stack}`,
    why: `revision ${last} made what runs, and no host shows a volume of the history: it, or its container, was removed`,
    fix: 'stowage history looks for the volumes; without them the next apply begins a new history, and changes no more than the plan shows',
  };
}

/** "revision 41 is 60 % applied", by whom and why it stopped there. */
function unfinishedNotice(record: RevisionRecord, live: LiveState, stack: string): Diagnostic {
  const { revision, outcome } = record;
  const { user, host, ciUrl } = revision.by;
  const by = `${revision.action} by ${user} on ${host}${ciUrl === undefined ? '' : ` (${ciUrl})`}`;
  return {
    severity: 'warning',
    code: 'revision/unfinished',
    message: `revision ${revision.number} is ${appliedShare(record)} % applied`,
    where: `stack ${stack}`,
    why: `${by}, begun ${new Date(revision.startedAtMs).toISOString()}, ${howItEnded(outcome?.status, isLocked(live, stack))}`,
    fix: 'stowage apply makes what the files say; stowage apply --resume goes on with that revision as it was',
  };
}

function howItEnded(status: string | undefined, locked: boolean): string {
  if (status === 'interrupted') return 'was stopped';
  if (status === 'failed') return 'failed';
  return locked ? 'is under way, or was killed: its lock is still there' : 'was killed';
}

function isLocked(live: LiveState, stack: string): boolean {
  return live.hosts.some((host) => host.containers.some((container) => container.name === `stowage-lock-${stack}`));
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
