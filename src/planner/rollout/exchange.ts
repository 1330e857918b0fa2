import { LABEL } from '../../model/labels.ts';
import type { GatewaySteps } from '../gateway/steps.ts';
import { isRunning, type LiveReplica } from '../live-replicas.ts';
import type { NamingSteps } from '../naming/steps.ts';
import { ownerName, type ReplicaSpec } from '../specs/pod.ts';
import type { Build, DecidedReplica, WorkloadBuild } from '../steps/context.ts';
import { emitCompletion, emitRemove, emitStart, emitStop, type Started } from '../steps/replica.ts';
import { causeOf } from './cause.ts';
import { emitChecks } from './checks.ts';
import type { OrderChoice } from './order.ts';
import type { Pace } from './pace.ts';

/** What the steps of one workload wait for, and what was stopped for it before. */
export interface WorkloadGates {
  /** Ready steps of the workloads it depends on. */
  readonly dependencies: readonly number[];
  /** Live replicas already stopped up front, with the steps that did it. */
  readonly stopped: ReadonlyMap<LiveReplica, readonly number[]>;
  /** Live replicas already removed up front. */
  readonly removed: ReadonlySet<LiveReplica>;
}

/** Old generations that give way to new ones, and what a strategy needs to say in which order. */
export interface Exchange {
  readonly build: Build;
  readonly part: WorkloadBuild;
  readonly gateway: GatewaySteps;
  readonly naming: NamingSteps;
  readonly gates: WorkloadGates;
  /** In the order in which they are exchanged. */
  readonly replicas: readonly DecidedReplica[];
  readonly created: ReadonlyMap<DecidedReplica, readonly number[]>;
  readonly order: OrderChoice;
  readonly pace: Pace;
  /** How many replicas may fail before the rollout stops. */
  readonly mayFail: number;
}

/** Steps by which a replica runs, and by which it counts. */
export function start(x: Exchange, decided: DecidedReplica, after: readonly number[]): Started {
  const made = x.created.get(decided) ?? completed(x, decided);
  const gate = [...made, ...x.gates.dependencies, ...after, ...portsOf(x, decided)];
  const update = decided.decision.old.length > 0 ? { mayFail: x.mayFail } : undefined;
  return emitStart(x.build, runsAs(decided), causeOf(decided.decision), gate, update);
}

/** What an interrupted run left half made gets its files and networks before it starts. */
function completed(x: Exchange, { replica, decision }: DecidedReplica): readonly number[] {
  if (decision.action !== 'start') return [];
  return emitCompletion(x.build, decision.current, causeOf(decision), x.naming.held(x.part, replica));
}

/** The same, and then it takes requests. */
export function bring(x: Exchange, decided: DecidedReplica, after: readonly number[]): Started {
  const { started, ready } = start(x, decided, after);
  const { replica, decision } = decided;
  const container = ownerOf(decided);
  const named = giveNames(x, decided, ready);
  const entered = x.gateway.enter(x.part.workload, replica.host, container, causeOf(decision), named);
  return { started, ready: emitChecks(x, x.part.workload.rollout.checks, replica.host, entered) };
}

/** A replica that is ready is found by its names. */
export function giveNames(
  x: Exchange,
  { replica, decision }: DecidedReplica,
  ready: readonly number[],
): readonly number[] {
  const current = decision.action === 'start' || decision.action === 'keep' ? decision.current : undefined;
  return x.naming.give(x.part, replica, current, 'it is ready', ready);
}

/**
 * Takes an old generation out of the gateway, then its names, where others have them too. In this order: for a moment
 * it cannot open connections, so what was sent to it is answered first.
 */
function withdraw(x: Exchange, old: LiveReplica, cause: string, after: readonly number[]): readonly number[] {
  const isAlone = x.pace.surge === 0 && x.part.replicas.length < 2;
  const isAtOnce = x.part.workload.rollout.strategy === 'recreate';
  const left = x.gateway.leave(old, cause, after);
  return isAlone || isAtOnce ? left : x.naming.take(x.part, old, cause, left);
}

/** Nobody finds or is sent to an old generation; its sessions end and it stops. It is kept until its successor counts. */
export function retire(x: Exchange, old: LiveReplica, cause: string, after: readonly number[]): readonly number[] {
  const done = x.gates.stopped.get(old);
  if (done !== undefined) return done;
  const isUp = isRunning(old) || old.containers.some((c) => c.state === 'running' || c.state === 'paused');
  if (!isUp) return x.gateway.leave(old, cause, after);
  return emitStop(x.build, old, cause, withdraw(x, old, cause, [...after, ...x.build.beforeStops]));
}

export function bury(x: Exchange, old: LiveReplica, cause: string, after: readonly number[]): readonly number[] {
  return x.gates.removed.has(old) ? after : emitRemove(x.build, old, cause, after);
}

/** The name under which the gateway knows a new generation. */
export function ownerOf({ replica, decision }: DecidedReplica): string {
  return decision.action === 'start' ? ownerName(runsAs({ replica, decision })) : ownerName(replica);
}

/** A stopped generation is started under the names it has. */
export function runsAs({ replica, decision }: DecidedReplica): DecidedReplica['replica'] {
  return decision.action === 'start' ? calledAs(replica, decision.current) : replica;
}

/** The replica with the containers of a generation that it has. */
export function calledAs(replica: ReplicaSpec, { pod, containers }: LiveReplica): ReplicaSpec {
  const names = new Map(containers.map((c) => [c.labels[LABEL.container], c.name]));
  const named = replica.containers.map((c) => ({ ...c, spec: { ...c.spec, name: names.get(c.name) ?? c.spec.name } }));
  return { ...replica, podHash: pod, containers: named };
}

/** A port the gateway gives up has to be free before a container can have it. */
function portsOf(x: Exchange, { replica }: DecidedReplica): readonly number[] {
  return replica.containers.some((c) => c.spec.ports.length > 0) ? x.gateway.released(replica.host) : [];
}

/** A pause between two replicas behind the steps given; none after none. */
export function delayed(x: Exchange, milliseconds: number, cause: string, after: readonly number[]): readonly number[] {
  if (milliseconds === 0 || after.length === 0) return after;
  const host = x.part.replicas[0]?.replica.host ?? '';
  const head = { host, cause, workload: x.part.workload.id, after };
  return [x.build.graph.add('rollout.delay', head, { milliseconds })];
}
