import { labelValue } from './constraints.ts';
import type { Candidate } from './filters/filter.ts';
import { firstRefusal } from './filters/index.ts';
import { scaleDown } from './scale-down.ts';
import type { Session, Task } from './session.ts';
import type { ClusterState, HostState } from './state.ts';

/** A running replica of a workload that is asked for. */
export interface Running {
  readonly ordinal: number;
  readonly host: HostState;
  readonly outdated: boolean;
  readonly ready: boolean;
  /** Nothing drives it out. */
  readonly pinned: boolean;
}

/** What becomes of the running replicas of one workload. */
export interface Kept {
  readonly staying: Running[];
  /** May not stay where they are; `why` fits behind "moved: ". */
  readonly moving: { readonly running: Running; readonly why: string }[];
  readonly removed: { readonly running: Running; readonly why: string }[];
}

/**
 * Decides which running replicas stay, and puts those into the state. What may stay stays; what no rule forbids is not
 * touched for balance. Topology spread and pod affinity do not drive out what runs, as in Kubernetes.
 */
export function keepRunning(session: Session): ReadonlyMap<string, Kept> {
  const { state, tasks } = session;
  const running = runningByWorkload(session);
  const kept = new Map<string, Kept>();
  for (const [id, task] of tasks) {
    const found = shrink(task, running.get(id) ?? [], state);
    for (const { ordinal, host } of found.staying) state.settle(task.cls, host.index, ordinal);
    kept.set(id, found);
  }
  for (const task of [...tasks.values()].reverse()) evictMisfits(task, kept.get(task.workload.id), state);
  return kept;
}

function runningByWorkload({ state, tasks }: Session): Map<string, Running[]> {
  const found = new Map<string, Running[]>();
  for (const host of state.hosts) {
    for (const { workload, ordinal, outdated = false, ready = true, stays } of host.host.running) {
      if (!tasks.has(workload)) continue;
      const list = found.get(workload) ?? [];
      list.push({ ordinal, host, outdated, ready, pinned: stays !== undefined });
      found.set(workload, list);
    }
  }
  for (const list of found.values()) list.sort((a, b) => a.ordinal - b.ordinal || a.host.index - b.host.index);
  return found;
}

/** Applies the filters that no placing changes, then the number of replicas wanted. */
function shrink(task: Task, running: readonly Running[], state: ClusterState): Kept {
  const kept: Kept = { staying: [], moving: [], removed: [] };
  const seen = new Set<number | string>();
  const judged = running.map((one) => ({ one, why: fixedRefusal(task, one, state) }));
  // Of a replica that runs twice, as an interrupted move leaves it, the one that may stay is kept, and of two the one that serves.
  judged.sort((a, b) => rank(a) - rank(b));
  for (const { one, why } of judged) {
    const same = task.workload.kind === 'daemon' ? one.host.host.name : one.ordinal;
    if (seen.has(same)) kept.removed.push({ running: one, why: 'runs twice' });
    else if (!isWanted(task, one.ordinal)) kept.removed.push({ running: one, why: 'no longer wanted' });
    else if (why === undefined) kept.staying.push(one);
    else if (task.workload.kind === 'daemon') kept.removed.push({ running: one, why });
    else kept.moving.push({ running: one, why });
    seen.add(same);
  }
  if (task.workload.kind !== 'daemon') dropExcess(task, kept);
  return kept;
}

function rank({ one, why }: { readonly one: Running; readonly why: string | undefined }): number {
  return (why === undefined ? 0 : 2) + (one.ready ? 0 : 1);
}

/** Stateful ordinals are fixed numbers; other workloads only have a count. */
function isWanted({ workload: { kind, firstOrdinal, replicas } }: Task, ordinal: number): boolean {
  return kind !== 'stateful' || (ordinal >= firstOrdinal && ordinal < firstOrdinal + replicas);
}

function fixedRefusal(
  { cls, fixed }: Task,
  { outdated, ordinal, host, pinned }: Running,
  state: ClusterState,
): string | undefined {
  if (pinned) return undefined;
  return firstRefusal(fixed, { cls, ordinal, staying: !outdated }, host, state)?.reason;
}

function dropExcess(task: Task, kept: Kept): void {
  const { replicas, rules } = task.workload;
  const candidates = kept.staying.map((running) => ({
    running,
    ordinal: running.ordinal,
    ready: running.ready,
    domains: domainsOf(
      running.host,
      rules.spreadOver,
      rules.topologySpread.map(({ topologyKey }) => topologyKey),
    ),
  }));
  for (const { running } of scaleDown(candidates, replicas)) {
    kept.removed.push({ running, why: 'scaled down' });
    kept.staying.splice(kept.staying.indexOf(running), 1);
  }
  while (kept.moving.length > Math.max(0, replicas - kept.staying.length)) {
    const gone = kept.moving.pop();
    if (gone) kept.removed.push({ running: gone.running, why: 'scaled down' });
  }
}

function domainsOf({ host }: HostState, spreadOver: readonly string[], keys: readonly string[]): string[] {
  const preferred = spreadOver.map((key) => labelValue(key, host) ?? '');
  return [...preferred, ...keys.map((key) => host.labels[key] ?? ''), host.name];
}

/** Asks, the last replica first, whether each still fits beside all others; the first come stay. */
function evictMisfits({ cls, moving, workload }: Task, kept: Kept | undefined, state: ClusterState): void {
  if (!kept) return;
  const filters = moving.filter(({ name }) => name !== 'topology-spread' && name !== 'pod-affinity');
  for (const running of [...kept.staying].reverse()) {
    const { host, ordinal, pinned } = running;
    if (pinned || host.host.availability === 'unreachable') continue;
    state.remove(cls, host.index);
    const candidate: Candidate = { cls, ordinal, staying: true };
    const refusal = firstRefusal(filters, candidate, host, state);
    if (!refusal) {
      state.add(cls, host.index);
      continue;
    }
    kept.staying.splice(kept.staying.indexOf(running), 1);
    if (workload.kind === 'daemon') kept.removed.push({ running, why: refusal.reason });
    else kept.moving.push({ running, why: refusal.reason });
  }
}
