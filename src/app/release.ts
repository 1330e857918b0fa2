import type { Ledger } from '../executors/ledger/ledger.ts';
import type { HeldLock } from '../executors/ledger/lock/held.ts';
import type { LedgerReading } from '../executors/ledger/read.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import type { RunListener, RunOutcome } from '../model/events.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { LiveState } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type {
  Holder,
  LedgerState,
  Revision,
  RevisionMeta,
  RevisionOutcome,
  RevisionRecord,
} from '../model/revision.ts';
import { resumedIds, unfinishedRevision } from '../model/revision-share.ts';
import { type ApplyInput, applyPlan, hasLostLock } from './apply.ts';
import { VERSION } from './cli/package.ts';
import { unlessStopped } from './interrupt.ts';
import { OutcomeAhead } from './outcome-ahead.ts';
import { newestLiveRevision } from './resume.ts';
import type { RolledBack } from './rollout/roll-back.ts';
import type { LockInput } from './stack-lock.ts';

export interface ReleaseInput extends LockInput {
  readonly action: RevisionMeta['action'];
  readonly cause: string;
  readonly payloads: ReadonlyMap<string, Uint8Array>;
  /** What was on the hosts before: no revision is numbered like one that made it. */
  readonly live: LiveState;
  readonly listener: RunListener;
  /** The plan to run, made or checked again now that nobody else can change the stack; undefined when nothing is left. */
  readonly planUnderLock: () => Promise<Plan | undefined>;
  /** The history as the plan saw it; without it, it is read once more before the lock is taken. */
  readonly history?: LedgerReading;
  /** The revision an undo goes back to. */
  readonly undoes?: number;
  /** The workloads it is limited to. */
  readonly targets?: readonly string[] | undefined;
  /** Number of the interrupted revision to go on with. */
  readonly resume?: number;
  /** Told of the plan back to the last good revision, before it is run; gives who listens to it. */
  readonly onRollBack?: (plan: Plan) => Promise<RunListener>;
  /** The stack is gone afterwards: the ledger's containers go too. */
  readonly isDestroy?: boolean;
}

export interface Release {
  readonly plan: Plan;
  readonly outcome: RunOutcome;
  readonly revision: Revision;
  /** What became of the way back after a failure; absent when none was tried. */
  readonly rolledBack?: RolledBack;
}

/**
 * One release: takes the stack's lock, writes the revision, runs the steps with a journal, and writes how it ended.
 * Whatever happens, the lock is given back.
 *
 * @returns undefined when under the lock there was nothing left to do
 * @throws DiagnosticError 75 when another run holds the lock
 */
export async function release(input: ReleaseInput): Promise<Release | undefined> {
  const { session, stack } = input;
  const [
    { openLedger },
    { describeHolder },
    { lockStack },
    { readDisks, refuseFullDisks },
    { refuseMissingBinds },
    { refuseHeld, watchHold },
  ] = await Promise.all([
    import('../executors/ledger/ledger.ts'),
    import('../executors/ledger/lock/holder.ts'),
    import('./stack-lock.ts'),
    import('./preflight.ts'),
    import('./bind-preflight.ts'),
    import('./rollout/hold.ts'),
  ]);
  const { connections } = session;
  const disks = readDisks(session);
  const ledger = await openLedger({ stack, connections, inventory: [...connections.keys()], known: input.history });
  const holder = describeHolder(process.env);
  const look = async () => (await Promise.all([input.planUnderLock(), refuseHeld(session, stack)]))[0];
  const { lock, history, seen: plan } = await lockStack(input, ledger, holder, look);
  const hold = watchHold(session, stack);
  try {
    if (plan === undefined) return undefined;
    refuseFullDisks(plan, await disks);
    await refuseMissingBinds(plan, session);
    const resumed = resumedRecord(input, plan, history.revisions);
    const { revision, written } = await ledger.begin({
      meta: metaOf(plan, holder, input),
      payloads: used(plan, input.payloads),
      token: lock.token,
      refuseLost: () => lock.refuseLost(),
      above: newestLiveRevision(input.live, stack),
      ...(resumed === undefined ? {} : { resume: resumed.revision.number }),
    });
    const graceful = AbortSignal.any([input.interrupt.graceful, hold.signal]);
    const shared = {
      session,
      live: input.live,
      interrupt: { ...input.interrupt, graceful },
      revision: revision.number,
      verifyLock: () => lock.verify(),
    };
    const ahead = new OutcomeAhead(plan.steps, (end) => ledger.commit(revision, recordOf(end, resumed, plan)));
    const ran = await applyPlan({
      ...shared,
      plan,
      recorded: written,
      payloads: input.payloads,
      listener: (event) => {
        ledger.journal(event);
        ahead.note(event);
        input.listener(event);
      },
    });
    await written;
    const outcome = await withLostLock(ran, lock);
    const { now } = input.interrupt;
    const isWritten = await unlessStopped(ahead.settle(outcome), now).catch(() => false);
    const back = await goBack(input, { plan, outcome, history, ledger, shared });
    const status = back?.outcome.status === 'done' ? { status: 'rolled-back' as const } : {};
    const end = { ...recordOf(outcome, resumed, plan), ...status };
    const recorded = isWritten ? [] : await record(() => unlessStopped(ledger.commit(revision, end), now));
    if (input.isDestroy && outcome.status === 'done') await ledger.remove({ withHistory: false });
    const told = { ...outcome, diagnostics: [...outcome.diagnostics, ...recorded] };
    return { plan, revision, outcome: told, ...(back === undefined ? {} : { rolledBack: back }) };
  } finally {
    hold.stop();
    await unlessStopped(lock.release(), input.interrupt.now).catch(() => undefined);
  }
}

interface Failed {
  readonly plan: Plan;
  readonly outcome: RunOutcome;
  readonly history: LedgerState;
  readonly ledger: Ledger;
  readonly shared: Pick<ApplyInput, 'session' | 'live' | 'interrupt' | 'revision' | 'verifyLock'>;
}

/** A step may have failed only because another run has taken over the lock: that is the cause then. */
async function withLostLock(outcome: RunOutcome, lock: HeldLock): Promise<RunOutcome> {
  if (outcome.status !== 'failed' || hasLostLock(outcome)) return outcome;
  try {
    await lock.refuseLost();
    return outcome;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { ...outcome, diagnostics: [...error.diagnostics, ...outcome.diagnostics] };
  }
}

/** The way back after a failure, under the same lock and as part of the same revision; none once that is lost. */
async function goBack(input: ReleaseInput, failed: Failed): Promise<RolledBack | undefined> {
  if (failed.outcome.status !== 'failed' || input.isDestroy || input.action === 'drain') return undefined;
  if (hasLostLock(failed.outcome)) return undefined;
  const { rollBack } = await import('./rollout/roll-back.ts');
  return await rollBack({
    ...failed,
    session: input.session,
    targets: input.targets,
    payload: (digest) => failed.ledger.payload(digest),
    run: async (plan, payloads) => {
      const listener = (await input.onRollBack?.(plan)) ?? input.listener;
      return await applyPlan({ ...failed.shared, plan, payloads, listener });
    },
  });
}

function metaOf(plan: Plan, by: Holder, input: ReleaseInput): RevisionMeta {
  const commit = process.env.GITHUB_SHA ?? process.env.CI_COMMIT_SHA ?? process.env.GIT_COMMIT;
  return {
    action: input.action,
    cause: input.cause,
    by,
    startedAtMs: Date.now(),
    toolVersion: VERSION,
    desired: plan.desired,
    images: plan.images,
    placements: plan.placements,
    steps: plan.steps.map((s) => s.id),
    inputDigest: plan.inputDigest,
    ...(commit === undefined ? {} : { commit }),
    ...(input.undoes === undefined ? {} : { undoes: input.undoes }),
    ...(input.targets === undefined ? {} : { targets: input.targets }),
  };
}

/**
 * The revision this run belongs to, when it is one that was interrupted: as asked for, or because all of it turns out
 * to be done and only its end is not written down.
 *
 * @throws DiagnosticError (76) when another run has brought it to its end meanwhile
 */
function resumedRecord(
  { resume, stack }: ReleaseInput,
  plan: Plan,
  revisions: readonly RevisionRecord[],
): RevisionRecord | undefined {
  const last = unfinishedRevision(revisions);
  if (resume !== undefined && last?.revision.number !== resume) {
    throw new DiagnosticError([finishedMeanwhile(stack, resume)], EXIT.stalePlan);
  }
  const isSame = plan.steps.length === 0 && last?.revision.inputDigest === plan.inputDigest;
  return resume !== undefined || isSame ? last : undefined;
}

function finishedMeanwhile(stack: string, resume: number): Diagnostic {
  return {
    severity: 'error',
    code: 'resume/finished-meanwhile',
    message: 'another run has gone on with the stack meanwhile',
    where: `stack ${stack}, revision ${resume}`,
    fix: 'see what it did (stowage history), then plan again',
  };
}

/** Payloads the desired state names: an undo has to find them again. */
function used(plan: Plan, payloads: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const text = JSON.stringify(plan.desired);
  return new Map([...payloads].filter(([digest]) => text.includes(digest)));
}

/** The outcome with the steps as the revision counts them. */
function recordOf(outcome: RunOutcome, resumed: RevisionRecord | undefined, plan: Plan): RevisionOutcome {
  const isPaused = outcome.status === 'done' && (outcome.paused?.length ?? 0) > 0;
  const ids =
    resumed &&
    resumedIds(
      resumed,
      plan.steps.map((s) => s.id),
    );
  const own = (steps: readonly number[]) => (ids === undefined ? steps : steps.flatMap((id) => ids.get(id) ?? []));
  return {
    status: isPaused ? 'paused' : outcome.status,
    endedAtMs: Date.now(),
    done: [...(resumed?.journal?.done ?? []), ...own(outcome.done)],
    failed: own(outcome.failed),
    notStarted: own(outcome.notStarted),
  };
}

/** The work is done whether or not its record could be written; that it could not, or who works on it now, is said. */
async function record(write: () => Promise<void>): Promise<readonly Diagnostic[]> {
  try {
    await write();
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError && error.exitCode === EXIT.locked) return error.diagnostics;
    const why = error instanceof Error ? error.message : String(error);
    return [
      {
        severity: 'warning',
        code: 'ledger/outcome-not-written',
        message: 'how the run ended could not be written down',
        why,
        fix: 'run stowage apply again: it finds what is done and completes the history',
      },
    ];
  }
}
