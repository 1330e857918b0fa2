import type { Diagnostic } from '../../model/diagnostic.ts';
import { DiagnosticError } from '../../model/diagnostic.ts';
import type { RunOutcome } from '../../model/events.ts';
import type { Plan } from '../../model/plan.ts';
import type { LedgerState, Revision } from '../../model/revision.ts';
import { makePlan } from '../make-plan.ts';
import type { Session } from '../session.ts';
import { payloadsOf } from './payloads.ts';

export interface RollBackInput {
  readonly plan: Plan;
  readonly outcome: RunOutcome;
  readonly session: Session;
  /** As it was read before the run. */
  readonly history: LedgerState;
  readonly targets?: readonly string[] | undefined;
  readonly payload: (digest: string) => Promise<Uint8Array | undefined>;
  /** Runs a plan under the lock that is still held. */
  readonly run: (plan: Plan, payloads: ReadonlyMap<string, Uint8Array>) => Promise<RunOutcome>;
}

export interface RolledBack {
  /** The revision that serves again. */
  readonly to: number;
  readonly plan: Plan;
  readonly outcome: RunOutcome;
}

/** Failures after which going back would only fail again, or is somebody else's. */
const STAYS = ['lock/', 'host/', 'plan/'];

/**
 * After a gate failed: plans from what is live now back to the last revision that was applied completely, on every
 * host and under the same gates, and runs that.
 *
 * @returns undefined when there is nothing to go back to (the first revision, or the stack had been destroyed), or the
 *   file says that a failure stays as it is
 */
export async function rollBack(input: RollBackInput): Promise<RolledBack | undefined> {
  const { session, history, targets } = input;
  const target = history.current?.revision;
  if (target === undefined || target.desired.workloads.length === 0 || !isWanted(input)) return undefined;
  try {
    const payloads = await payloadsOf(target, input.payload);
    const { plan } = await makePlan(target.desired, session.readers, {
      resolve: false,
      refresh: 'states', // what this run has stopped may still be listed as running on a full disk
      images: target.images,
      isUndo: true,
      away: target.placements.filter((p) => !session.connections.has(p.host)),
      ...(targets === undefined ? {} : { targets }),
    });
    const outcome = plan.steps.length === 0 ? nothingToDo : await input.run(plan, payloads);
    return { to: target.number, plan, outcome };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const outcome: RunOutcome = { ...nothingToDo, status: 'failed', diagnostics: error.diagnostics };
    return { to: target.number, plan: input.plan, outcome };
  }
}

const nothingToDo: RunOutcome = { status: 'done', done: [], failed: [], notStarted: [], diagnostics: [] };

/** The workloads whose step failed all say that a failure rolls back; a step of none goes with the others. */
function isWanted({ plan, outcome }: RollBackInput): boolean {
  if (outcome.status !== 'failed' || outcome.failed.length === 0) return false;
  const errors = outcome.diagnostics.filter((d) => d.severity === 'error');
  if (errors.some((d) => STAYS.some((prefix) => d.code.startsWith(prefix)))) return false;
  const failed = plan.steps.filter((s) => outcome.failed.includes(s.id)).flatMap((s) => s.workload ?? []);
  return plan.desired.workloads
    .filter((w) => failed.includes(w.id))
    .every((w) => w.rollout.failureAction === 'rollback');
}

/** What the reader has to know of how the run ended. */
export function rollBackNotices(failed: Revision, back: RolledBack): Diagnostic[] {
  if (back.outcome.status === 'done') return [];
  const open = back.plan.steps.filter((s) => !back.outcome.done.includes(s.id));
  const lines = open.map((s) => `${s.id}  ${s.kind}  ${s.host}  ${s.workload ?? ''}  ${s.cause}`.trimEnd());
  return [
    ...back.outcome.diagnostics,
    {
      severity: 'error',
      code: 'rollout/mixed-state',
      message: 'going back failed as well; the stack is in a mixed state',
      where: `between revision ${failed.number} and revision ${back.to}`,
      why: `${open.length} of ${back.plan.steps.length} steps back were not done`,
      fix: `mend the cause, then stowage rollout undo --to ${back.to}, or apply the files`,
      evidence: [{ title: 'steps not done', lines }],
    },
  ];
}
