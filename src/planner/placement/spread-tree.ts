import { labelValue } from './constraints.ts';
import { Heap } from './heap.ts';
import { type Rank, type Ranking, ranksBefore } from './rank.ts';
import type { ReplicaClass } from './replica-class.ts';
import type { ClusterState, HostState } from './state.ts';

/** Hosts with the same value for a spread preference, and within it the next preference. */
export interface Branch {
  readonly value: string;
  /** Replicas of the workload on all hosts of the branch, usable or not. */
  replicas: number;
  readonly branches: readonly Branch[];
  /** Hosts of a branch without further branches. */
  readonly hosts: readonly HostState[];
}

/**
 * Divides hosts by the values of the preferences, one level each. A host without the label is in a branch of its own,
 * named by the empty text; what is no label key divides nothing.
 *
 * @see swarmkit manager/scheduler, nodeSet.tree
 */
export function spreadTree(
  preferences: readonly string[],
  hosts: readonly HostState[],
  countOn: (host: HostState) => number,
  value = '',
): Branch {
  const replicas = hosts.reduce((sum, host) => sum + countOn(host), 0);
  const [key, ...rest] = preferences;
  if (key === undefined) return { value, replicas, branches: [], hosts };
  const byValue = new Map<string, HostState[]>();
  for (const host of hosts) {
    const found = labelValue(key, host.host);
    if (found === undefined) return spreadTree(rest, hosts, countOn, value);
    const group = byValue.get(found);
    if (group) group.push(host);
    else byValue.set(found, [host]);
  }
  const branches = [...byValue].map(([name, group]) => spreadTree(rest, group, countOn, name));
  return { value, replicas, branches: branches.sort((a, b) => (a.value < b.value ? -1 : 1)), hosts: [] };
}

interface Partition {
  readonly value: string;
  readonly branches: readonly Partition[];
  readonly hosts: readonly HostState[];
}

const PARTITIONS = new WeakMap<ClusterState, Map<string, Partition>>();

/** The tree of a workload, counting its replicas. How hosts divide is found once per list of preferences. */
export function countedTree(preferences: readonly string[], cls: ReplicaClass, state: ClusterState): Branch {
  const known = PARTITIONS.get(state) ?? new Map<string, Partition>();
  PARTITIONS.set(state, known);
  const key = preferences.join('\n');
  const partition = known.get(key) ?? spreadTree(preferences, state.hosts, () => 0);
  known.set(key, partition);
  const placed = state.placed(cls);
  return counted(partition, ({ index }) => placed.get(index) ?? 0, placed.size > 0);
}

function counted({ value, branches, hosts }: Partition, countOn: (host: HostState) => number, any: boolean): Branch {
  const inner = branches.map((one) => counted(one, countOn, any));
  const own = any ? hosts.reduce((sum, host) => sum + countOn(host), 0) : 0;
  return { value, branches: inner, hosts, replicas: inner.reduce((sum, { replicas }) => sum + replicas, own) };
}

/** Puts one replica on a host, or says that the host takes none any more. */
export type PutOn = (host: HostState) => boolean;

/**
 * Puts `wanted` replicas under a branch so that its branches end up even, counting what runs there. What finds no room
 * in one branch goes to the others.
 *
 * @returns how many found a host
 * @see swarmkit manager/scheduler, scheduleNTasksOnSubtree
 */
export function fillBranch(
  branch: Branch,
  wanted: number,
  usable: (host: HostState) => boolean,
  { rank, best }: Ranking,
  put: PutOn,
): number {
  const heaps = new Map<Branch, Heap<Rank>>();
  const fillLeaf = (leaf: Branch, count: number): number => {
    const open = heaps.has(leaf) ? [] : leaf.hosts.filter(usable);
    if (wanted === 1 && open.length > 0) {
      const host = best(open);
      if (host && put(host)) return 1;
    }
    const heap = heaps.get(leaf) ?? new Heap(open.map(rank), ranksBefore);
    heaps.set(leaf, heap);
    let placed = 0;
    for (let first = heap.first; placed < count && first; first = heap.first) {
      if (put(first.host)) {
        placed++;
        heap.replaceFirst(rank(first.host));
      } else heap.dropFirst();
    }
    return placed;
  };
  const fill = (node: Branch, count: number): number => {
    const placed = node.branches.length === 0 ? fillLeaf(node, count) : fillEvenly(node.branches, count, fill);
    node.replicas += placed;
    return placed;
  };
  return fill(branch, wanted);
}

/** Levels branches: each gets what it lacks to the common level, the emptiest first; full ones drop out. */
function fillEvenly(
  branches: readonly Branch[],
  wanted: number,
  fill: (branch: Branch, count: number) => number,
): number {
  let open = [...branches];
  let left = wanted;
  while (left > 0 && open.length > 0) {
    open.sort((a, b) => a.replicas - b.replicas || (a.value < b.value ? -1 : 1));
    const total = open.reduce((sum, { replicas }) => sum + replicas, left);
    const level = Math.floor(total / open.length);
    let remainder = total % open.length;
    const full = new Set<Branch>();
    for (const branch of open) {
      const lacking = level - branch.replicas + (remainder > 0 ? 1 : 0);
      const count = Math.min(left, lacking);
      if (count <= 0) continue;
      const placed = fill(branch, count);
      left -= placed;
      if (placed < count) full.add(branch);
      else if (remainder > 0) remainder--;
    }
    if (full.size === 0) break;
    open = open.filter((branch) => !full.has(branch));
  }
  return wanted - left;
}
