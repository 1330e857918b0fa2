import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunListener, RunOutcome } from '../model/events.ts';
import type { Plan } from '../model/plan.ts';
import type { Holder, Revision, RevisionMeta, RevisionOutcome } from '../model/revision.ts';
import { applyPlan } from './apply.ts';
import { VERSION } from './cli/package.ts';
import type { Interrupt } from './interrupt.ts';
import type { Session } from './session.ts';

export interface ReleaseInput {
  readonly stack: string;
  readonly session: Session;
  readonly action: RevisionMeta['action'];
  readonly cause: string;
  /** Milliseconds to wait for another run's lock. */
  readonly lockWaitMs: number;
  readonly payloads: ReadonlyMap<string, Uint8Array>;
  readonly listener: RunListener;
  readonly interrupt: Interrupt;
  /** Told while another run holds the lock. */
  readonly onWait: (holder: Holder | undefined, waitedMs: number) => void;
  /** The plan to run, made or checked again now that nobody else can change the stack; undefined when nothing is left. */
  readonly planUnderLock: () => Promise<Plan | undefined>;
  /** The revision an undo goes back to. */
  readonly undoes?: number;
  /** The stack is gone afterwards: the ledger's containers go too. */
  readonly isDestroy?: boolean;
}

export interface Release {
  readonly plan: Plan;
  readonly outcome: RunOutcome;
  readonly revision: Revision;
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
  const [{ openLedger }, { acquireLock }, { describeHolder }] = await Promise.all([
    import('../executors/ledger/ledger.ts'),
    import('../executors/ledger/lock/lock.ts'),
    import('../executors/ledger/lock/holder.ts'),
  ]);
  const { connections } = session;
  const ledger = await openLedger({ stack, connections, inventory: [...connections.keys()] });
  const holder = describeHolder(process.env);
  const lock = await acquireLock({
    name: stack,
    members: ledger.members,
    connections,
    holder,
    lastToken: ledger.token,
    waitMs: input.lockWaitMs,
    onWait: input.onWait,
    signal: input.interrupt.graceful,
  });
  try {
    await ledger.read();
    const plan = await input.planUnderLock();
    if (plan === undefined) return undefined;
    const revision = await ledger.begin({
      meta: metaOf(plan, holder, input),
      payloads: used(plan, input.payloads),
      token: lock.token,
    });
    const outcome = await applyPlan({
      plan,
      session,
      payloads: input.payloads,
      interrupt: input.interrupt,
      revision: revision.number,
      verifyLock: () => lock.verify(),
      listener: (event) => {
        ledger.journal(event);
        input.listener(event);
      },
    });
    const recorded = await record(() => ledger.commit(revision, recordOf(outcome)));
    if (input.isDestroy && outcome.status === 'done') await ledger.remove({ withHistory: false });
    return { plan, revision, outcome: { ...outcome, diagnostics: [...outcome.diagnostics, ...recorded] } };
  } finally {
    await lock.release();
  }
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
  };
}

/** Payloads the desired state names: an undo has to find them again. */
function used(plan: Plan, payloads: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const text = JSON.stringify(plan.desired);
  return new Map([...payloads].filter(([digest]) => text.includes(digest)));
}

function recordOf(outcome: RunOutcome): RevisionOutcome {
  const isPaused = outcome.status === 'done' && (outcome.paused?.length ?? 0) > 0;
  return {
    status: isPaused ? 'paused' : outcome.status,
    endedAtMs: Date.now(),
    done: outcome.done,
    failed: outcome.failed,
    notStarted: outcome.notStarted,
  };
}

/** The work is done whether or not its record could be written; that it could not is said. */
async function record(write: () => Promise<void>): Promise<readonly Diagnostic[]> {
  try {
    await write();
    return [];
  } catch (error) {
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
