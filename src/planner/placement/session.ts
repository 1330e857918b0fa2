import type { PlacementRequest, SchedulingHost, WorkloadDemand } from '../../model/placement.ts';
import { scheduledDemand } from './daemons.ts';
import type { Filter, Refusal } from './filters/filter.ts';
import { filtersFor, firstRefusal } from './filters/index.ts';
import type { Choice } from './rank.ts';
import type { ReplicaClass } from './replica-class.ts';
import { ClusterState, type HostState } from './state.ts';

/** One workload while a plan is made. */
export interface Task {
  readonly workload: WorkloadDemand;
  readonly cls: ReplicaClass;
  /** Filters whose verdict no placing changes. */
  readonly fixed: readonly Filter[];
  /** Filters that look at what was placed. */
  readonly moving: readonly Filter[];
  readonly choice: Choice;
}

/** What the fixed filters say of all hosts. */
export interface Eligibility {
  readonly hosts: readonly HostState[];
  readonly refusals: ReadonlyMap<HostState, Refusal>;
  readonly has: (host: HostState) => boolean;
}

/** Everything one run of placing shares. */
export interface Session {
  readonly request: PlacementRequest;
  readonly state: ClusterState;
  /** By workload id, sorted by it. */
  readonly tasks: ReadonlyMap<string, Task>;
  readonly eligibility: (task: Task) => Eligibility;
  /** Tasks that use a volume bound to one host, by its name. */
  readonly byVolume: ReadonlyMap<string, readonly Task[]>;
  /** Tasks that must run beside a workload, by its id. */
  readonly byBeside: ReadonlyMap<string, readonly Task[]>;
}

export function openSession(request: PlacementRequest): Session {
  const state = new ClusterState(request.hosts);
  const sorted = [...request.workloads].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const tasks = new Map(sorted.map((workload) => [workload.id, taskOf(workload, request, state)]));
  addOrphans(request.hosts, tasks, state);
  return {
    request,
    state,
    tasks,
    eligibility: eligibilityOf(state),
    byVolume: grouped(tasks, ({ workload }) => workload.volumes),
    byBeside: grouped(tasks, ({ workload }) => workload.besideWorkloads),
  };
}

function grouped(tasks: ReadonlyMap<string, Task>, keys: (task: Task) => readonly string[]): Map<string, Task[]> {
  const groups = new Map<string, Task[]>();
  for (const task of tasks.values()) {
    for (const key of keys(task)) groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  return groups;
}

function taskOf(workload: WorkloadDemand, request: PlacementRequest, state: ClusterState): Task {
  const demand = scheduledDemand(workload);
  const cls = state.classOf(demand, { workload: workload.id, peers: workload.peers });
  const filters = filtersFor(cls);
  return {
    workload,
    cls,
    fixed: filters.filter(({ dynamic }) => !dynamic),
    moving: filters.filter(({ dynamic }) => dynamic),
    choice: {
      strategy: workload.rules.strategy ?? request.strategy,
      seed: workload.rules.seed ?? request.seed ?? '',
    },
  };
}

/** Replicas of workloads that are no longer asked for still take their room. */
function addOrphans(hosts: readonly SchedulingHost[], tasks: ReadonlyMap<string, Task>, state: ClusterState): void {
  for (const host of hosts) {
    for (const { workload, demand } of host.running) {
      if (!demand || tasks.has(workload)) continue;
      state.add(state.classOf(demand, { workload }), state.byName.get(host.name)?.index ?? -1);
    }
  }
}

/** Workloads with the same rules share one answer. */
function eligibilityOf(state: ClusterState): (task: Task) => Eligibility {
  const known = new Map<string, Eligibility>();
  const byTask = new Map<Task, Eligibility>();
  const ofRules = ({ cls, fixed }: Task): Eligibility => {
    const { rules, plugins } = cls.demand;
    const { hostName, constraints, nodeSelector, nodeAffinity, tolerations, platforms } = rules;
    const key = JSON.stringify([
      hostName,
      constraints,
      nodeSelector,
      nodeAffinity.required,
      tolerations,
      platforms,
      plugins,
    ]);
    const found = known.get(key) ?? judge(cls, fixed, state);
    known.set(key, found);
    return found;
  };
  return (task) => {
    const found = byTask.get(task) ?? ofRules(task);
    byTask.set(task, found);
    return found;
  };
}

function judge(cls: ReplicaClass, filters: readonly Filter[], state: ClusterState): Eligibility {
  const hosts: HostState[] = [];
  const refusals = new Map<HostState, Refusal>();
  const passed = new Uint8Array(state.hosts.length);
  for (const host of state.hosts) {
    const refusal = firstRefusal(filters, { cls }, host, state);
    passed[host.index] = refusal ? 0 : 1;
    if (refusal) refusals.set(host, refusal);
    else hosts.push(host);
  }
  return { hosts, refusals, has: ({ index }) => passed[index] === 1 };
}
