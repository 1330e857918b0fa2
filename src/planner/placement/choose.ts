import { type Choice, rankHosts } from './rank.ts';
import type { ReplicaClass } from './replica-class.ts';
import { preferencesFor, scoresFor, totals } from './scores/index.ts';
import { seeded } from './scores/random.ts';
import { type Branch, countedTree } from './spread-tree.ts';
import type { ClusterState, HostState } from './state.ts';

/** The positions of the greatest values. */
export function greatest(values: ArrayLike<number>): number[] {
  let most = Number.NEGATIVE_INFINITY;
  let found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value > most) {
      most = value;
      found = [i];
    } else if (value === most) found.push(i);
  }
  return found;
}

/**
 * kube-scheduler's choice: the greatest weighted sum of scores; between equals fewer replicas of the workload, fewer
 * replicas, then the name. `random` draws among the hosts the file prefers.
 *
 * @param hosts those that passed the filters
 */
export function chooseByScore(
  cls: ReplicaClass,
  hosts: readonly HostState[],
  state: ClusterState,
  { strategy, seed }: Choice,
): HostState | undefined {
  const best = greatest(totals(scoresFor(cls, strategy, state), cls, hosts, state)).map((i) => hosts[i] as HostState);
  if (strategy === 'random') {
    const draw = (host: HostState) =>
      seeded(seed, cls.workload, host.host.name, String(host.byWorkload.get(cls.workload) ?? 0));
    return best.reduce<HostState | undefined>((a, b) => (a && draw(a) <= draw(b) ? a : b), undefined);
  }
  const own = (host: HostState) => host.byWorkload.get(cls.workload) ?? 0;
  const isBetter = (a: HostState, b: HostState) => own(a) - own(b) || a.replicas - b.replicas || a.index - b.index;
  return best.reduce<HostState | undefined>((a, b) => (a && isBetter(a, b) <= 0 ? a : b), undefined);
}

/**
 * Swarm's choice for one replica that Swarm's own rules do not cover: the emptiest branch that has a host, there what
 * the file prefers, there Swarm's order.
 *
 * @param hosts those that passed the filters
 */
export function chooseByRank(
  cls: ReplicaClass,
  hosts: readonly HostState[],
  state: ClusterState,
  choice: Choice,
): HostState | undefined {
  const inBranch = emptiestBranch(cls, hosts, state);
  const preferences = preferencesFor(cls, state);
  const best =
    preferences.length === 0
      ? inBranch
      : greatest(totals(preferences, cls, inBranch, state)).map((i) => inBranch[i] as HostState);
  return rankHosts(cls, state, choice).best(best);
}

function emptiestBranch(cls: ReplicaClass, hosts: readonly HostState[], state: ClusterState): readonly HostState[] {
  const preferences = cls.demand.rules.spreadOver;
  if (preferences.length === 0) return hosts;
  const usable = new Set(hosts);
  let branch = countedTree(preferences, cls, state);
  while (branch.branches.length > 0) {
    const open: readonly Branch[] = branch.branches.filter((one) => leaves(one).some((host) => usable.has(host)));
    const [first, ...rest] = open;
    if (!first) return hosts;
    branch = rest.reduce((a, b) => (b.replicas < a.replicas ? b : a), first);
  }
  return branch.hosts.filter((host) => usable.has(host));
}

function leaves(branch: Branch): readonly HostState[] {
  return branch.branches.length === 0 ? branch.hosts : branch.branches.flatMap(leaves);
}
