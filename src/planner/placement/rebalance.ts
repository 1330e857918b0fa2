import type { Placement, PlacementRequest, PlacementResult, RebalanceMove } from '../../model/placement.ts';
import { labelValue } from './constraints.ts';
import { putReplicas } from './put.ts';
import { scaleDown } from './scale-down.ts';
import { rateAllocation, takenShare } from './scores/allocation.ts';
import { openSession, type Session, type Task } from './session.ts';
import type { HostState } from './state.ts';

/** Passes over all workloads; a move in one may make room for one in another. */
const PASSES = 3;
/** Percentage points of a host's reservations that make a move between equal counts worth it. */
const WORTH_POINTS = 15;

export interface Rebalanced {
  readonly moves: readonly RebalanceMove[];
  /** The result with the moves made. */
  readonly result: PlacementResult;
}

/** A replica while it may be moved. */
interface Movable {
  ordinal: number;
  ready: boolean;
  host: HostState;
  domains: readonly string[];
}

/**
 * Moves that make a stack more even than stability left it: of each workload the replica that scaling down would take
 * first is asked where it would go now. A move is proposed when it evens out a domain or a host, or, between equals,
 * moves reservations from a much fuller host. Data is never moved, nor daemons.
 */
export function rebalance(request: PlacementRequest, result: PlacementResult): Rebalanced {
  const session = openSession(request);
  const where = new Map<string, Movable[]>();
  for (const { workload, ordinal, host } of result.placements) {
    const task = session.tasks.get(workload);
    const state = session.state.byName.get(host);
    if (!task || !state) continue;
    session.state.settle(task.cls, state.index, ordinal);
    const list = where.get(workload) ?? [];
    list.push({ ordinal, ready: true, host: state, domains: domainsOf(task, state) });
    where.set(workload, list);
  }
  const moves: RebalanceMove[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    const before = moves.length;
    for (const [id, task] of session.tasks) {
      if (isMovable(task)) moves.push(...movesOf(task, where.get(id) ?? [], session));
    }
    if (moves.length === before) break;
  }
  return { moves: merged(moves), result: withMoves(result, merged(moves)) };
}

function isMovable({ workload, choice }: Task): boolean {
  const hasData = workload.volumes.length > 0 || workload.claimPrefixes.length > 0;
  return workload.kind !== 'daemon' && !hasData && choice.strategy === 'spread';
}

function movesOf(task: Task, replicas: Movable[], session: Session): RebalanceMove[] {
  const moves: RebalanceMove[] = [];
  while (moves.length < replicas.length) {
    const [candidate] = scaleDown(replicas, replicas.length - 1);
    const move = candidate && tryMove(task, candidate, replicas, session);
    if (!move) break;
    moves.push(move);
  }
  return moves;
}

function tryMove(
  task: Task,
  candidate: Movable,
  replicas: readonly Movable[],
  session: Session,
): RebalanceMove | undefined {
  const { state } = session;
  const { host: from, ordinal } = candidate;
  const share = (host: HostState) => rateAllocation(takenShare, task.cls, host, state);
  state.remove(task.cls, from.index);
  const before = share(from);
  const [placed] = putReplicas(task, [{ ordinal }], session).placements;
  const to = placed && state.byName.get(placed.host);
  if (to) state.remove(task.cls, to.index);
  const gain = to && to !== from ? gainOf(task, candidate, to, replicas, before, share(to)) : undefined;
  state.add(task.cls, gain && to ? to.index : from.index);
  if (!gain || !to) return undefined;
  candidate.host = to;
  candidate.domains = domainsOf(task, to);
  return { workload: task.workload.id, ordinal, from: from.host.name, to: to.host.name, gain };
}

/** What a move evens out, the widest domain first; undefined when it gains nothing. */
function gainOf(
  task: Task,
  { domains }: Movable,
  to: HostState,
  replicas: readonly Movable[],
  shareFrom: number,
  shareTo: number,
): string | undefined {
  const target = domainsOf(task, to);
  const names = [...levels(task), 'host'];
  for (let level = 0; level < domains.length; level++) {
    const within = (one: readonly string[]) =>
      replicas.filter((replica) => one.slice(0, level + 1).every((value, i) => replica.domains[i] === value)).length;
    if (domains[level] === target[level]) continue;
    const [here, there] = [within(domains), within(target)];
    if (here - there >= 2) {
      return `${task.workload.id}: ${here} → ${here - 1} on ${names[level]} ${domains[level]}, ${there} → ${there + 1} on ${target[level]}`;
    }
    if (here - there < 1) return undefined;
  }
  const points = shareFrom - shareTo;
  return points >= WORTH_POINTS
    ? `reserved with it: ${shareFrom} % on ${domains.at(-1)}, ${shareTo} % on ${to.host.name}`
    : undefined;
}

function levels({ workload: { rules } }: Task): string[] {
  return [...rules.spreadOver, ...rules.topologySpread.map(({ topologyKey }) => topologyKey)];
}

function domainsOf(task: Task, { host }: HostState): string[] {
  return [...levels(task).map((key) => labelValue(key, host) ?? host.labels[key] ?? ''), host.name];
}

/** A replica that moved twice moves once, from its first host to its last. */
function merged(moves: readonly RebalanceMove[]): RebalanceMove[] {
  const byReplica = new Map<string, RebalanceMove>();
  for (const move of moves) {
    const key = `${move.workload}\n${move.ordinal}`;
    byReplica.set(key, { ...move, from: byReplica.get(key)?.from ?? move.from });
  }
  return [...byReplica.values()].filter(({ from, to }) => from !== to);
}

function withMoves(result: PlacementResult, moves: readonly RebalanceMove[]): PlacementResult {
  const byReplica = new Map(moves.map((move) => [`${move.workload}\n${move.ordinal}`, move]));
  const placements = result.placements.map((placement): Placement => {
    const move = byReplica.get(`${placement.workload}\n${placement.ordinal}`);
    return move
      ? { ...placement, host: move.to, reason: `moved from ${move.from}: ${move.gain}`, from: move.from }
      : placement;
  });
  return { ...result, placements };
}
