import type { RolloutProgress } from '../../model/rollout.ts';
import { isOfNames } from '../diff/names.ts';
import { digestOf } from '../digest.ts';
import type { GatewaySteps } from '../gateway/steps.ts';
import { isRunning, liveOwner } from '../live-replicas.ts';
import type { NamingSteps } from '../naming/steps.ts';
import { emitBlueGreen } from '../rollout/blue-green.ts';
import { emitCanary } from '../rollout/canary.ts';
import { causeOf } from '../rollout/cause.ts';
import { evictionPace, isEviction } from '../rollout/eviction.ts';
import { bring, bury, calledAs, type Exchange, retire, type WorkloadGates } from '../rollout/exchange.ts';
import { toleratedFailures } from '../rollout/failures.ts';
import { chooseOrder } from '../rollout/order.ts';
import { paceOf } from '../rollout/pace.ts';
import { emitRecreate } from '../rollout/recreate.ts';
import { emitRolling } from '../rollout/rolling.ts';
import { type Build, type DecidedReplica, makesContainers, type WorkloadBuild } from './context.ts';
import { emitCreate, emitWaits, type Started } from './replica.ts';
import type { Resources } from './resources.ts';
import { emitUpdate } from './update.ts';

/** What emitting one workload needs of the plan it is part of. */
export interface WorkloadScope {
  readonly resources: Resources;
  readonly gateway: GatewaySteps;
  readonly naming: NamingSteps;
  readonly gates: WorkloadGates;
  /** Where a rollout of it paused, if it did. */
  readonly progress?: RolloutProgress;
  /** The paused rollout goes on. */
  readonly isPromoted: boolean;
}

/**
 * The steps of one workload: new and stopped replicas are started, replicas that differ are exchanged as the rollout
 * policy says, then what is beyond the wanted number goes.
 *
 * @returns its started and ready steps, for those who depend on it
 */
export function emitWorkload(build: Build, part: WorkloadBuild, scope: WorkloadScope): Started {
  const release = releaseOf(part);
  const isPaused = scope.progress?.release === release && hasBothSets(part);
  if (isPaused && !scope.isPromoted) return emitPaused(build, part, scope.progress as RolloutProgress);
  const exchange = exchangeOf(build, part, scope, isPaused);
  const fresh = emitFresh(exchange, part);
  const position = { release, passed: isPaused ? (scope.progress?.passed ?? 0) : 0 };
  const exchanged = exchange.replicas.length === 0 ? { started: [], ready: [] } : emitExchange(exchange, position);
  for (const { replica, decision } of part.replicas) {
    if (decision.action !== 'update' || decision.differences.every(isOfNames)) continue;
    emitUpdate(build, replica, decision.current, causeOf(decision), scope.resources.networksOf(replica));
  }
  const kept = emitKept(exchange, part);
  const ready = [...fresh.ready, ...exchanged.ready, ...kept];
  emitLeftovers(exchange, part, ready);
  return { started: [...fresh.started, ...exchanged.started], ready };
}

/** A note of a pause outlives its rollout; one that still waits has replicas of both sets. */
function hasBothSets(part: WorkloadBuild): boolean {
  return part.replicas.some(({ decision }) => decision.current !== undefined && decision.old.some(isRunning));
}

/** What is being rolled out: another template is another release. */
export function releaseOf(part: WorkloadBuild): string {
  return digestOf(part.replicas.map((r) => r.replica.podHash)).slice(0, 16);
}

/** Both sets stay as they are until somebody promotes the rollout or plans another one. */
function emitPaused(build: Build, part: WorkloadBuild, { reason }: RolloutProgress): Started {
  build.diagnostics.push({
    severity: 'warning',
    code: 'rollout/paused',
    message: 'a rollout is paused and stays as it is',
    where: part.workload.id,
    why: reason,
    fix: 'stowage rollout promote goes on with it, stowage rollout abort goes back',
  });
  return { started: [], ready: [] };
}

function exchangeOf(build: Build, part: WorkloadBuild, scope: WorkloadScope, goesOn: boolean): Exchange {
  const order = chooseOrder(part.workload, build.specs);
  const { strategy } = part.workload.rollout;
  const isStaged = strategy === 'blue-green' || strategy === 'canary';
  if (isStaged && order.isForced) build.diagnostics.push(impossible(part, order.reason));
  const replicas = part.replicas.filter((d) => isExchanged(d) || (goesOn && d.decision.old.some(isRunning)));
  const waited = part.replicas.filter((d) => replicas.includes(d) || d.decision.differences.some(isOfNames));
  return {
    build,
    part,
    order,
    mayFail: toleratedFailures(part.workload, waited),
    gateway: scope.gateway,
    naming: scope.naming,
    gates: scope.gates,
    created: precreate(build, part, scope),
    replicas: part.workload.kind === 'stateful' ? [...replicas].reverse() : replicas,
    pace: isEviction(replicas)
      ? evictionPace(part, order, build.desired)
      : paceOf(part.workload, part.replicas.length, order),
  };
}

/** A new generation takes the place of an old one; also one that is merely stopped, while another still runs. */
export function isExchanged({ decision }: DecidedReplica): boolean {
  if (decision.action === 'start') return decision.old.some(isRunning);
  return decision.action === 'replace' || decision.action === 'move';
}

function emitExchange(exchange: Exchange, position: { release: string; passed: number }): Started {
  const { rollout } = exchange.part.workload;
  if (isEviction(exchange.replicas)) return emitRolling(exchange);
  if (rollout.strategy === 'recreate') return emitRecreate(exchange);
  if (exchange.order.isForced || rollout.strategy === 'rolling') return emitRolling(exchange);
  return rollout.strategy === 'blue-green' ? emitBlueGreen(exchange) : emitCanary(exchange, position);
}

/** New containers are made before anything stops: what cannot be created fails while the old set still serves. */
function precreate(
  build: Build,
  part: WorkloadBuild,
  { resources, naming }: WorkloadScope,
): Map<DecidedReplica, number[]> {
  const created = new Map<DecidedReplica, number[]>();
  for (const decided of part.replicas.filter(makesContainers)) {
    const needs = resources.ensure(decided.replica);
    const held = naming.held(part, decided.replica);
    created.set(decided, emitCreate(build, decided.replica, causeOf(decided.decision), needs, held));
  }
  return created;
}

/** Replicas that have no older generation, or whose containers are merely stopped. */
function emitFresh(exchange: Exchange, part: WorkloadBuild): Started {
  const ordered = part.workload.stateful?.order === 'ordered';
  const started: number[] = [];
  const ready: number[] = [];
  let previous: readonly number[] = [];
  for (const decided of part.replicas) {
    const { action } = decided.decision;
    if ((action !== 'create' && action !== 'start') || isExchanged(decided)) continue;
    const emitted = bring(exchange, decided, ordered ? previous : []);
    previous = emitted.ready;
    started.push(...emitted.started);
    ready.push(...emitted.ready);
  }
  return { started, ready };
}

/** Replicas that stay are found by their names and take requests from their host's gateway, if they do not yet. */
function emitKept({ build, gateway, naming, gates, mayFail }: Exchange, part: WorkloadBuild): number[] {
  return part.replicas.flatMap(({ replica, decision }) => {
    const { current } = decision;
    const stays = (decision.action === 'keep' || decision.action === 'update') && current !== undefined;
    if (!stays || gates.stopped.has(current)) return [];
    const isUnnamed = decision.differences.some(isOfNames);
    const waits = isUnnamed ? emitWaits(build, calledAs(replica, current), 'it has to be ready', { mayFail }) : [];
    const named = naming.give(part, replica, current, 'it does not have its names', waits);
    const cause = 'the gateway does not have it yet';
    return [...gateway.enter(part.workload, replica.host, liveOwner(current), cause, named)];
  });
}

/** Surplus replicas, and generations left over beside one that stays. */
function emitLeftovers(exchange: Exchange, part: WorkloadBuild, ready: readonly number[]): void {
  const kept = part.replicas.filter((d) => d.decision.current !== undefined && !exchange.replicas.includes(d));
  const leftovers = kept.flatMap(({ decision }) =>
    decision.old.map((old) => ({ old, cause: 'another generation serves' })),
  );
  const surplus = part.surplus.map((old) => ({ old, cause: `scaled to ${part.replicas.length}` }));
  for (const { old, cause } of [...leftovers, ...surplus]) {
    if (exchange.gates.removed.has(old)) continue;
    bury(exchange, old, cause, retire(exchange, old, cause, ready));
  }
}

function impossible({ workload }: WorkloadBuild, reason: string) {
  return {
    severity: 'warning',
    code: 'rollout/two-sets-impossible',
    message: 'a strategy needs two sets at once, which cannot be; replicas are exchanged one after the other',
    where: `${workload.id}, ${workload.rollout.strategy}`,
    why: reason,
    fix: 'publish the port by the gateway, or choose the strategy rolling or recreate',
  } as const;
}
