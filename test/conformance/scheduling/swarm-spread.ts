import type { SchedulingHost, WorkloadDemand } from '../../../src/model/placement.ts';
import { filtersFor, firstRefusal } from '../../../src/planner/placement/filters/index.ts';
import { putReplicas } from '../../../src/planner/placement/put.ts';
import { scaleDown } from '../../../src/planner/placement/scale-down.ts';
import { openSession } from '../../../src/planner/placement/session.ts';
import { type Branch, spreadTree } from '../../../src/planner/placement/spread-tree.ts';
import { ClusterState } from '../../../src/planner/placement/state.ts';
import { equal, type Json, type Kind } from './case.ts';
import { demandOf, hostOf, isActive } from './swarm.ts';

/** `replicas` more of the service. */
function workloadOf(service: Json): WorkloadDemand {
  const counts = { replicas: service.replicas, firstOrdinal: 1 };
  return { ...demandOf(service), id: service.serviceId, kind: 'service', ...counts, profile: 'swarm' };
}

/** Tasks of the service itself on a node. */
const ownTasks = (node: Json, { serviceId }: Json): number =>
  node.tasks.filter((task: Json) => isActive(task) && task.serviceId === serviceId).length;

/** What a node has, with what the service's own tasks take put back: placing counts those again. */
function hostFor(node: Json, service: Json): SchedulingHost {
  const host = hostOf({ ...node, tasks: node.tasks.filter((task: Json) => task.serviceId !== service.serviceId) });
  const own = ownTasks(node, service);
  const { cpus = 0, memoryBytes = 0, generic = {} } = demandOf(service).resources;
  const { capacity } = host;
  const names = new Set([...Object.keys(capacity.generic), ...Object.keys(generic)]);
  return {
    ...host,
    capacity: {
      cpus: capacity.cpus + own * cpus,
      memoryBytes: capacity.memoryBytes + own * memoryBytes,
      generic: Object.fromEntries(
        [...names].map((name) => [name, (capacity.generic[name] ?? 0) + own * (generic[name] ?? 0)]),
      ),
    },
    recentFailures: { [service.serviceId]: node.recentFailuresOfThisService ?? 0 },
  };
}

function isLegal({ groups, unassigned }: Json, counts: Record<string, number>, left: number): boolean {
  const sorted = (nodes: string[]) => nodes.map((node) => counts[node] ?? 0).sort((a, b) => b - a);
  return unassigned === left && groups.every(({ nodes, counts: wanted }: Json) => equal(wanted, sorted(nodes)));
}

export const kinds: Record<string, Kind> = {
  place: ({ nodes, service }, expect) => {
    const workload = workloadOf(service);
    const hosts = nodes.map((node: Json) => hostFor(node, service));
    const session = openSession({ hosts, workloads: [workload], strategy: 'spread' });
    const task = session.tasks.get(workload.id);
    if (!task) return {};
    for (const node of nodes) {
      for (let i = 0; i < ownTasks(node, service); i++) {
        session.state.add(task.cls, session.state.byName.get(node.id)?.index ?? -1);
      }
    }
    const wanted = Array.from({ length: service.replicas }, (_, ordinal) => ({ ordinal }));
    const { placements, failed } = putReplicas(task, wanted, session);
    const counts: Record<string, number> = {};
    for (const { host } of placements) counts[host] = (counts[host] ?? 0) + 1;
    const legal = expect.outcomes.some((outcome: Json) => isLegal(outcome, counts, failed.length));
    return legal ? expect : { unassigned: failed.length, outcomes: counts };
  },
  'fits-node': ({ node, task }) => {
    const state = new ClusterState([hostOf(node)]);
    const cls = state.classOf(demandOf(task), { workload: task.serviceId ?? '' });
    const [host] = state.hosts;
    return { fits: host !== undefined && !firstRefusal(filtersFor(cls), { cls }, host, state) };
  },
  'scale-down': ({ tasks, replicas }) => {
    const removable = tasks.map(({ id, slot, nodeId, state }: Json) => ({
      id,
      ordinal: slot,
      domains: nodeId ? [nodeId] : undefined,
      ready: state === 'running',
    }));
    return {
      remove: scaleDown<Json>(removable, replicas)
        .map(({ id }) => id)
        .sort(),
    };
  },
  'tree-counts': ({ preferences, nodes }) => {
    const keys = preferences.map((text: string) => text.replace(/^spread=/, ''));
    const tasks = new Map(nodes.map(({ id, serviceTasks }: Json) => [id, serviceTasks]));
    const { hosts } = new ClusterState(nodes.map(hostOf));
    const shape = ({ replicas, branches }: Branch): Json => ({
      tasks: replicas,
      ...(branches.length > 0 ? { branches: Object.fromEntries(branches.map((one) => [one.value, shape(one)])) } : {}),
    });
    return shape(spreadTree(keys, hosts, ({ host }) => Number(tasks.get(host.name))));
  },
};
