import type { Placement, PlacementRequest, PlacementResult, Unplaced } from '../../model/placement.ts';
import type { Refusal } from './filters/filter.ts';
import { firstRefusal, summarise } from './filters/index.ts';
import { type Kept, keepRunning } from './keep.ts';
import { placementOrder } from './order.ts';
import { type Pending, type PutResult, putReplicas } from './put.ts';
import { openSession, type Session, type Task } from './session.ts';
import type { HostState } from './state.ts';
import { smallestAddition } from './suggest.ts';

/** How often a stack that did not fit is tried again with what failed placed first. */
const RETRIES = 3;
/** Above this many replicas times hosts, one try has to do. */
const RETRY_LIMIT = 1_000_000;

/**
 * Finds a host for every replica of a stack, in one pass over all its workloads.
 *
 * What runs where it may run stays; scaling down takes from the fullest domain; daemons come to every eligible host;
 * the rest is spread or packed as its strategy says. The order of the inputs does not matter.
 *
 * @returns every replica either placed or, with the reasons of every host counted, unplaced
 */
export function place(request: PlacementRequest): PlacementResult {
  let best = attempt(request, new Set());
  const size = request.hosts.length * request.workloads.reduce((sum, { replicas }) => sum + replicas, 0);
  const first = new Set<string>();
  for (let i = 0; i < RETRIES && best.unplaced.length > 0 && size <= RETRY_LIMIT; i++) {
    const failed = best.unplaced.map(({ workload }) => workload).filter((workload) => !first.has(workload));
    if (failed.length === 0) break;
    for (const workload of failed) first.add(workload);
    const next = attempt(request, first);
    if (next.unplaced.length < best.unplaced.length) best = next;
  }
  return best;
}

function attempt(request: PlacementRequest, first: ReadonlySet<string>): PlacementResult {
  const session = openSession(request);
  const kept = keepRunning(session);
  const placements: Placement[] = [];
  const unplaced: Unplaced[] = [];
  const removed: Placement[] = [];
  for (const [id, { staying, removed: gone }] of kept) {
    placements.push(...staying.map(({ ordinal, host }) => stays(id, ordinal, host.host.name)));
    removed.push(
      ...gone.map(({ running, why }) => ({
        workload: id,
        ordinal: running.ordinal,
        host: running.host.host.name,
        reason: why,
      })),
    );
  }
  for (const task of orderOf(session, first)) {
    const { placements: placed, failed } = put(task, kept.get(task.workload.id), session);
    placements.push(...placed);
    unplaced.push(...failed.map(({ pending, refusals }) => unplacedReplica(task, pending, refusals, session)));
  }
  return {
    placements: placements.sort(byReplica),
    unplaced: unplaced.sort(byReplica),
    removed: removed.sort(byReplica),
  };
}

function orderOf(session: Session, first: ReadonlySet<string>): Task[] {
  const workloads = [...session.tasks.values()].map(({ workload }) => workload);
  const eligible = (id: string) => {
    const task = session.tasks.get(id);
    return task ? session.eligibility(task).hosts.length : 0;
  };
  const ordered = placementOrder(workloads, session.state, ({ id }) => eligible(id));
  const tasks = ordered.flatMap(({ id }) => session.tasks.get(id) ?? []);
  const isFirst = ({ workload }: Task) => workload.kind === 'daemon' || first.has(workload.id);
  return [...tasks.filter(isFirst), ...tasks.filter((task) => !isFirst(task))];
}

function put(task: Task, kept: Kept | undefined, session: Session): PutResult {
  const { workload } = task;
  const taken = new Set((kept?.staying ?? []).map(({ ordinal }) => ordinal));
  if (workload.kind === 'daemon') return putDaemons(task, kept, session, taken);
  const moving: Pending[] = (kept?.moving ?? []).map(({ running, why }) => ({
    ordinal: running.ordinal,
    from: running.host.host.name,
    why,
  }));
  for (const { ordinal } of moving) taken.add(ordinal);
  const added: Pending[] = freeOrdinals(taken, workload.firstOrdinal, workload.replicas - taken.size);
  return putReplicas(
    task,
    [...moving, ...added].sort((a, b) => a.ordinal - b.ordinal),
    session,
  );
}

/** One on every host that the fixed filters let through and that has none. */
function putDaemons(task: Task, kept: Kept | undefined, session: Session, taken: Set<number>): PutResult {
  const { cls, moving, workload } = task;
  const { state } = session;
  const has = new Set((kept?.staying ?? []).map(({ host }) => host));
  const result: PutResult = { placements: [], failed: [] };
  for (const host of session.eligibility(task).hosts) {
    if (has.has(host)) continue;
    const [pending = { ordinal: workload.firstOrdinal }] = freeOrdinals(taken, workload.firstOrdinal, 1);
    taken.add(pending.ordinal);
    const refusal = firstRefusal(moving, { cls, ordinal: pending.ordinal }, host, state);
    if (refusal) {
      result.failed.push({ pending, refusals: new Map([[host, refusal]]) });
      continue;
    }
    state.settle(cls, host.index, pending.ordinal);
    const reason = 'one on every eligible host';
    result.placements.push({ workload: workload.id, ordinal: pending.ordinal, host: host.host.name, reason });
  }
  return result;
}

/** The lowest numbers that are not taken. */
function freeOrdinals(taken: ReadonlySet<number>, start: number, count: number): { ordinal: number }[] {
  const free: { ordinal: number }[] = [];
  for (let ordinal = start; free.length < count; ordinal++) if (!taken.has(ordinal)) free.push({ ordinal });
  return free;
}

const REASONS = new WeakMap<ReadonlyMap<HostState, Refusal>, Pick<Unplaced, 'summary' | 'refusals' | 'suggestion'>>();

/** Replicas that failed for the same reasons share one account of them. */
function unplacedReplica(
  task: Task,
  { ordinal, from }: Pending,
  refusals: ReadonlyMap<HostState, Refusal>,
  session: Session,
): Unplaced {
  const { workload } = task;
  const of = workload.kind === 'daemon' ? refusals.size : session.state.hosts.length;
  const known = REASONS.get(refusals) ?? accountOf(task, refusals, of, session);
  REASONS.set(refusals, known);
  const base = { workload: workload.id, ordinal, ...known };
  return from === undefined ? base : { ...base, from };
}

function accountOf(
  task: Task,
  refusals: ReadonlyMap<HostState, Refusal>,
  of: number,
  session: Session,
): Pick<Unplaced, 'summary' | 'refusals' | 'suggestion'> {
  const suggestion = smallestAddition(task, refusals, session);
  return {
    summary: summarise([...refusals.values()], of),
    refusals: [...refusals]
      .sort(([a], [b]) => a.index - b.index)
      .map(([{ host }, { filter, reason, detail }]) => ({
        host: host.name,
        filter,
        reason: detail ? `${reason} (${detail})` : reason,
      })),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function stays(workload: string, ordinal: number, host: string): Placement {
  return { workload, ordinal, host, reason: 'runs there already' };
}

function byReplica(a: Unplaced | Placement, b: Unplaced | Placement): number {
  return a.workload < b.workload ? -1 : a.workload > b.workload ? 1 : a.ordinal - b.ordinal;
}
