import type { LiveReplica } from '../live-replicas.ts';
import { isRunning } from '../live-replicas.ts';
import { chooseOrder } from '../rollout/order.ts';
import { paceOf } from '../rollout/pace.ts';
import { type Build, type DecidedReplica, makesContainers, type WorkloadBuild } from './context.ts';
import { emitCreate, emitRemove, emitStart, emitStop, emitUpdate, type Started } from './replica.ts';
import type { Resources } from './resources.ts';

/** What the steps of one workload wait for, and what was stopped for it before. */
export interface WorkloadGates {
  /** Ready steps of the workloads it depends on. */
  readonly dependencies: readonly number[];
  /** Live replicas already stopped up front, with the steps that did it. */
  readonly stopped: ReadonlyMap<LiveReplica, readonly number[]>;
  /** Live replicas already removed up front. */
  readonly removed: ReadonlySet<LiveReplica>;
}

/**
 * The steps of one workload: new and stopped replicas are started, replicas that differ are exchanged at the
 * workload's pace, then what is beyond the wanted number goes.
 *
 * @returns its started and ready steps, for those who depend on it
 */
export function emitWorkload(build: Build, part: WorkloadBuild, resources: Resources, gates: WorkloadGates): Started {
  const created = precreate(build, part, resources);
  const fresh = emitFresh(build, part, created, gates);
  const exchanged = emitExchange(build, part, created, gates);
  for (const { replica, decision } of part.replicas) {
    if (decision.action === 'update') emitUpdate(build, replica, decision.current, causeOf(decision));
  }
  const all = { started: [...fresh.started, ...exchanged.started], ready: [...fresh.ready, ...exchanged.ready] };
  emitLeftovers(build, part, all.ready, gates);
  return all;
}

/** New containers are made before anything stops: what cannot be created fails while the old set still serves. */
function precreate(build: Build, part: WorkloadBuild, resources: Resources): Map<DecidedReplica, number[]> {
  const created = new Map<DecidedReplica, number[]>();
  for (const decided of part.replicas.filter(makesContainers)) {
    const needs = resources.ensure(decided.replica);
    created.set(decided, emitCreate(build, decided.replica, causeOf(decided.decision), needs));
  }
  return created;
}

/** Replicas that have no older generation, or whose containers are merely stopped. */
function emitFresh(
  build: Build,
  part: WorkloadBuild,
  created: ReadonlyMap<DecidedReplica, number[]>,
  gates: WorkloadGates,
): Started {
  const ordered = part.workload.stateful?.order === 'ordered';
  const started: number[] = [];
  const ready: number[] = [];
  let previous: readonly number[] = [];
  for (const decided of part.replicas) {
    const { action } = decided.decision;
    if (action !== 'create' && action !== 'start') continue;
    const after = [...(created.get(decided) ?? []), ...gates.dependencies, ...(ordered ? previous : [])];
    const emitted = emitStart(build, currentOf(decided), causeOf(decided.decision), after);
    previous = emitted.ready;
    started.push(...emitted.started);
    ready.push(...emitted.ready);
  }
  return { started, ready };
}

/** A stopped generation is started under the names it has. */
function currentOf({ replica, decision }: DecidedReplica) {
  return decision.action === 'start' ? { ...replica, podHash: decision.current.pod } : replica;
}

/**
 * Exchanges old generations for new ones in a sliding window: the i-th start waits for the (i − surge)-th stop,
 * the k-th stop for the (k − unavailable)-th replica to be ready.
 */
function emitExchange(
  build: Build,
  part: WorkloadBuild,
  created: ReadonlyMap<DecidedReplica, number[]>,
  gates: WorkloadGates,
): Started {
  const exchanges = part.replicas.filter(({ decision }) => decision.action === 'replace' || decision.action === 'move');
  const order = part.workload.kind === 'stateful' ? [...exchanges].reverse() : exchanges;
  const pace = paceOf(part.workload, part.replicas.length, chooseOrder(part.workload, build.specs));
  const stops: (readonly number[])[] = [];
  const readies: (readonly number[])[] = [];
  const started: number[] = [];
  const delayed = delays(build, part, pace.delayMs);
  const emitStops = (k: number) => {
    const decided = order[k] as DecidedReplica;
    const gate = k < pace.unavailable ? [] : delayed(readies.slice(0, k - pace.unavailable + 1).flat());
    stops[k] = decided.decision.old.flatMap((old) => stopOnce(build, old, causeOf(decided.decision), gate, gates));
  };
  let nextStop = 0;
  for (let i = 0; i < order.length; i++) {
    while (nextStop < order.length && nextStop < i + pace.unavailable) emitStops(nextStop++);
    const decided = order[i] as DecidedReplica;
    const own = i >= pace.surge ? (stops[i - pace.surge] ?? []) : [];
    const window = pace.surge > 0 && i >= pace.surge ? delayed(own) : own;
    const after = [...(created.get(decided) ?? []), ...gates.dependencies, ...window];
    const emitted = emitStart(build, decided.replica, causeOf(decided.decision), after, true);
    started.push(...emitted.started);
    readies.push(emitted.ready);
    while (nextStop < order.length && nextStop - pace.unavailable < readies.length) emitStops(nextStop++);
  }
  removeOld(build, order, stops, readies, gates);
  return { started, ready: readies.flat() };
}

/** The old generation is kept, stopped, until its successor counts: going back is then only a start. */
function removeOld(
  build: Build,
  order: readonly DecidedReplica[],
  stops: readonly (readonly number[])[],
  readies: readonly (readonly number[])[],
  gates: WorkloadGates,
): void {
  order.forEach(({ decision }, i) => {
    for (const old of decision.old.filter((o) => !gates.removed.has(o))) {
      emitRemove(build, old, causeOf(decision), [...(stops[i] ?? []), ...(readies[i] ?? [])]);
    }
  });
}

/** Puts the pause between two replicas behind the steps given. */
function delays(build: Build, part: WorkloadBuild, delayMs: number): (after: readonly number[]) => readonly number[] {
  const host = part.replicas[0]?.replica.host ?? '';
  return (after) =>
    delayMs === 0 || after.length === 0
      ? after
      : [
          build.graph.add(
            'rollout.delay',
            { host, cause: 'delay between replicas', workload: part.workload.id, after },
            { milliseconds: delayMs },
          ),
        ];
}

function stopOnce(
  build: Build,
  old: LiveReplica,
  cause: string,
  after: readonly number[],
  gates: WorkloadGates,
): number[] {
  const done = gates.stopped.get(old);
  if (done !== undefined) return [...done];
  return isRunning(old) || old.containers.some((c) => c.state === 'running')
    ? emitStop(build, old, cause, after)
    : [...after];
}

/** Surplus replicas, and generations left over beside one that stays. */
function emitLeftovers(build: Build, part: WorkloadBuild, ready: readonly number[], gates: WorkloadGates): void {
  const kept = part.replicas.filter(({ decision }) => decision.current !== undefined);
  const leftovers = kept.flatMap(({ decision }) =>
    decision.old.map((old) => ({ old, cause: 'another generation serves' })),
  );
  const surplus = part.surplus.map((old) => ({ old, cause: `scaled to ${part.replicas.length}` }));
  for (const { old, cause } of [...leftovers, ...surplus]) {
    if (gates.removed.has(old)) continue;
    const stopped = stopOnce(build, old, cause, ready, gates);
    emitRemove(build, old, cause, stopped);
  }
}

export function causeOf(decision: DecidedReplica['decision']): string {
  const first = decision.differences.find((d) => d.forcesReplace) ?? decision.differences[0];
  switch (decision.action) {
    case 'create':
      return 'new replica';
    case 'move':
      return `moves from ${decision.old[0]?.host ?? 'another host'}`;
    case 'start':
      return `is ${decision.current.containers[0]?.state ?? 'stopped'}, should run`;
    case 'keep':
      return 'no change';
    default:
      return first === undefined
        ? 'changed'
        : describe(first.path, first.from, first.to, decision.differences.length - 1);
  }
}

function describe(path: string, from: unknown, to: unknown, more: number): string {
  const short = typeof from === 'string' && typeof to === 'string' && from.length + to.length < 80;
  const what = short
    ? `${path} changed ${from} → ${to}`
    : from === undefined
      ? `${path} added`
      : to === undefined
        ? `${path} removed`
        : `${path} changed`;
  return more > 0 ? `${what} and ${more} more` : what;
}
