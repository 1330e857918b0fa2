import type { Placement } from '../../model/placement.ts';
import { chooseByRank, chooseByScore } from './choose.ts';
import { withRoomForCompanions } from './companions.ts';
import type { Filter, Refusal } from './filters/filter.ts';
import { firstRefusal } from './filters/index.ts';
import { HostGroups } from './host-groups.ts';
import { rankHosts } from './rank.ts';
import { preferencesFor } from './scores/index.ts';
import type { Session, Task } from './session.ts';
import { countedTree, fillBranch } from './spread-tree.ts';
import type { HostState } from './state.ts';

/** A replica that needs a host. */
export interface Pending {
  readonly ordinal: number;
  readonly from?: string;
  /** Why it had to leave. */
  readonly why?: string;
}

export interface PutResult {
  readonly placements: Placement[];
  readonly failed: { readonly pending: Pending; readonly refusals: ReadonlyMap<HostState, Refusal> }[];
}

/** A verdict of these that turned negative stays so while only replicas of the workload are added. */
const LASTING = new Set(['resources', 'host-ports', 'max-per-host', 'volumes']);

/** For fewer replicas, looking at every host is quicker than dividing the hosts into groups. */
const WORTH_GROUPING = 6;

/** Places replicas of one workload, in order of their ordinals. */
export function putReplicas(task: Task, pending: readonly Pending[], session: Session): PutResult {
  if (isPlainSwarm(task, session)) return putByTree(task, pending, session);
  const isMany = pending.length >= WORTH_GROUPING;
  return isMany && isPlainKubernetes(task) ? putByGroups(task, pending, session) : putOneByOne(task, pending, session);
}

/** Whether filters and scores hang on hosts and counters alone: then hosts with equal counts are equal. */
function isPlainKubernetes({ workload, moving, choice }: Task): boolean {
  const isBound =
    workload.volumes.length > 0 || workload.claimPrefixes.length > 0 || workload.besideWorkloads.length > 0;
  const isCounted = moving.every(({ name, counters }) => LASTING.has(name) || counters !== undefined);
  return workload.profile === 'kubernetes' && choice.strategy !== 'random' && !isBound && isCounted;
}

function putByGroups(task: Task, pending: readonly Pending[], session: Session): PutResult {
  const { cls, moving, choice } = task;
  const { state, eligibility } = session;
  const lasting = moving.filter(({ name }) => LASTING.has(name));
  const counted = moving.filter(({ name }) => !LASTING.has(name));
  const { hosts, refusals } = eligibility(task);
  const lost = new Map(refusals);
  const isOpen = (host: HostState) => {
    const refusal = firstRefusal(lasting, { cls }, host, state);
    if (refusal) lost.set(host, refusal);
    return !refusal;
  };
  const groups = new HostGroups(cls, hosts.filter(isOpen), counted, state, choice);
  const placements: Placement[] = [];
  for (const next of pending) {
    const host = groups.take();
    if (!host) break;
    state.settle(cls, host.index, next.ordinal);
    placements.push(placement(task, next, host));
    if (isOpen(host)) groups.put(host);
  }
  if (placements.length === pending.length) return { placements, failed: [] };
  for (const host of hosts) {
    const refusal = lost.has(host) ? undefined : firstRefusal(counted, { cls }, host, state);
    if (refusal) lost.set(host, refusal);
  }
  return { placements, failed: pending.slice(placements.length).map((one) => ({ pending: one, refusals: lost })) };
}

/** Whether Swarm's own rules say it all: then replicas are spread in one go. */
function isPlainSwarm({ workload, cls, moving }: Task, { state }: Session): boolean {
  const own = moving.every(({ name }) => LASTING.has(name) || name === 'pod-anti-affinity');
  const avoids = cls.antiAffinity.required.length > 0 || state.termsAgainst(cls).length > 0;
  const pinned = workload.claimPrefixes.length > 0 || workload.volumes.length > 0;
  return workload.profile === 'swarm' && own && !avoids && !pinned && preferencesFor(cls, state).length === 0;
}

function putByTree(task: Task, pending: readonly Pending[], session: Session): PutResult {
  const { cls, workload, moving, choice } = task;
  const { state, eligibility } = session;
  const { has, refusals } = eligibility(task);
  const lost = new Map(refusals);
  const placements: Placement[] = [];
  const tree = countedTree(workload.rules.spreadOver, cls, state);
  fillBranch(tree, pending.length, has, rankHosts(cls, state, choice), (host) => {
    const next = pending[placements.length];
    const refusal = firstRefusal(moving, { cls }, host, state);
    if (!next || refusal) {
      if (refusal) lost.set(host, refusal);
      return false;
    }
    state.settle(cls, host.index, next.ordinal);
    placements.push(placement(task, next, host));
    return true;
  });
  const failed = pending.slice(placements.length).map((one) => ({ pending: one, refusals: lost }));
  return { placements, failed };
}

function putOneByOne(task: Task, pending: readonly Pending[], session: Session): PutResult {
  const { cls, workload, choice } = task;
  const { state } = session;
  const alive = new Alive(task, session);
  const result: PutResult = { placements: [], failed: [] };
  const choose = workload.profile === 'kubernetes' ? chooseByScore : chooseByRank;
  let left = pending.length;
  for (const next of pending) {
    const hosts = withRoomForCompanions(task, alive.passing(next.ordinal), session, left);
    const host = choose(cls, hosts, state, choice);
    left--;
    if (!host) {
      result.failed.push({ pending: next, refusals: alive.refusals(next.ordinal) });
      continue;
    }
    state.settle(cls, host.index, next.ordinal);
    alive.changed(host);
    result.placements.push(placement(task, next, host));
  }
  return result;
}

/** The hosts that may still take a replica of the workload: what is full for good is not asked again. */
class Alive {
  readonly #task: Task;
  readonly #session: Session;
  readonly #lasting: readonly Filter[];
  readonly #passing: readonly Filter[];
  #hosts: HostState[];
  readonly #lost: Map<HostState, Refusal>;
  #known: ReadonlyMap<HostState, Refusal> | undefined;

  constructor(task: Task, session: Session) {
    const perOrdinal = task.workload.claimPrefixes.length > 0;
    this.#task = task;
    this.#session = session;
    this.#lasting = task.moving.filter(({ name }) => LASTING.has(name) && !(perOrdinal && name === 'volumes'));
    this.#passing = task.moving.filter((filter) => !this.#lasting.includes(filter) && this.#hasSay(filter));
    const { hosts, refusals } = session.eligibility(task);
    this.#hosts = [...hosts];
    this.#lost = new Map(refusals);
    this.#drop(this.#hosts);
  }

  passing(ordinal: number): readonly HostState[] {
    if (this.#passing.length === 0) return this.#hosts;
    const replica = { cls: this.#task.cls, ordinal };
    return this.#hosts.filter((host) => !firstRefusal(this.#passing, replica, host, this.#session.state));
  }

  /** Why no host passes; found once while nothing changes, unless each ordinal has volumes of its own. */
  refusals(ordinal: number): ReadonlyMap<HostState, Refusal> {
    if (this.#known) return this.#known;
    const all = new Map(this.#lost);
    const replica = { cls: this.#task.cls, ordinal };
    for (const host of this.#hosts) {
      const refusal = firstRefusal(this.#passing, replica, host, this.#session.state);
      if (refusal) all.set(host, refusal);
    }
    if (this.#task.workload.claimPrefixes.length === 0) this.#known = all;
    return all;
  }

  changed(host: HostState): void {
    this.#known = undefined;
    this.#drop(this.#task.workload.volumes.length > 0 ? this.#hosts : [host]);
  }

  #drop(hosts: readonly HostState[]): void {
    const gone = new Set<HostState>();
    for (const host of hosts) {
      const refusal = firstRefusal(this.#lasting, { cls: this.#task.cls }, host, this.#session.state);
      if (!refusal) continue;
      this.#lost.set(host, refusal);
      gone.add(host);
    }
    if (gone.size > 0) this.#hosts = this.#hosts.filter((host) => !gone.has(host));
  }

  /** Anti-affinity is asked of everybody, for the sake of others' terms; mostly there are none. */
  #hasSay({ name }: Filter): boolean {
    if (name !== 'pod-anti-affinity') return true;
    const { cls } = this.#task;
    return cls.antiAffinity.required.length > 0 || this.#session.state.termsAgainst(cls).length > 0;
  }
}

function placement({ workload, choice, cls }: Task, { ordinal, from, why }: Pending, { host }: HostState): Placement {
  const base = { workload: workload.id, ordinal, host: host.name };
  if (from !== undefined && from !== host.name) return { ...base, reason: `moved from ${from}: ${why}`, from };
  return { ...base, reason: whyThere(workload.profile, choice.strategy, cls.demand) };
}

function whyThere(profile: string, strategy: string, demand: Task['cls']['demand']): string {
  if (demand.rules.hostName !== undefined) return 'the file names this host';
  if (demand.volumes.length > 0 || demand.claimPrefixes.length > 0) return 'its data is, or will be, here';
  if (strategy === 'random') return 'drawn by the seed';
  if (strategy === 'binpack') return 'fullest host with room';
  return profile === 'kubernetes' ? 'best score' : 'fewest replicas';
}
