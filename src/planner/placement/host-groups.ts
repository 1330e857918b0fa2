import type { Filter } from './filters/filter.ts';
import { firstRefusal } from './filters/index.ts';
import { Heap } from './heap.ts';
import type { Choice } from './rank.ts';
import type { ReplicaClass } from './replica-class.ts';
import { scoresFor, totals } from './scores/index.ts';
import type { Score } from './scores/score.ts';
import type { ClusterState, HostState } from './state.ts';
import type { DomainCounter } from './topology.ts';

/** A host with the part of its total that only it can change. */
interface Rated {
  readonly host: HostState;
  readonly own: number;
  readonly replicas: number;
  readonly all: number;
}

/**
 * Hosts in groups that no filter and no score over domains can tell apart, the best of each group first. So choosing
 * looks at one host per group, not at every host, and still finds the host with the greatest total.
 */
export class HostGroups {
  readonly #cls: ReplicaClass;
  readonly #state: ClusterState;
  readonly #filters: readonly Filter[];
  readonly #byHost: readonly Score[];
  readonly #byDomain: readonly Score[];
  readonly #counters: readonly DomainCounter[];
  /** By host index. */
  readonly #fixed: Float64Array;
  readonly #groups = new Map<string, Heap<Rated>>();
  readonly #hosts: readonly HostState[];

  /**
   * @param hosts   that passed the filters that hang on nothing but the host
   * @param filters the others; each tells its counters
   */
  constructor(
    cls: ReplicaClass,
    hosts: readonly HostState[],
    filters: readonly Filter[],
    state: ClusterState,
    choice: Choice,
  ) {
    state.announce(cls);
    const scores = scoresFor(cls, choice.strategy, state);
    const fixed = scores.filter(({ scope }) => scope === 'fixed');
    const sums = totals(fixed, cls, hosts, state);
    this.#cls = cls;
    this.#state = state;
    this.#filters = filters;
    this.#byHost = scores.filter(({ scope }) => scope === 'host');
    this.#byDomain = scores.filter(({ scope }) => typeof scope === 'function');
    this.#counters = countersOf(cls, filters, this.#byDomain, state);
    this.#fixed = new Float64Array(state.hosts.length);
    hosts.forEach(({ index }, i) => {
      this.#fixed[index] = sums[i] ?? 0;
    });
    this.#hosts = hosts;
    const own = totals(this.#byHost, cls, hosts, state);
    const lists = new Map<string, Rated[]>();
    hosts.forEach((host, i) => {
      const rated = this.#rated(host, own[i] ?? 0);
      const key = this.#keyOf(host);
      const list = lists.get(key);
      if (list) list.push(rated);
      else lists.set(key, [rated]);
    });
    for (const [key, list] of lists) this.#groups.set(key, new Heap(list, isBetter));
  }

  /** Puts a host back where it belongs by its counts now. */
  put(host: HostState): void {
    const key = this.#keyOf(host);
    const rated = this.#rated(host, totals(this.#byHost, this.#cls, [host], this.#state)[0] ?? 0);
    const group = this.#groups.get(key);
    if (group) group.push(rated);
    else this.#groups.set(key, new Heap([rated], isBetter));
  }

  /** The best host, which is taken out; put it back when it may take another replica. */
  take(): HostState | undefined {
    const firsts: { rated: Rated; group: Heap<Rated> }[] = [];
    for (const [key, group] of this.#groups) {
      const rated = group.first;
      if (!rated) this.#groups.delete(key);
      else if (!firstRefusal(this.#filters, { cls: this.#cls }, rated.host, this.#state)) firsts.push({ rated, group });
    }
    const byDomain = totals(
      this.#byDomain,
      this.#cls,
      firsts.map(({ rated }) => rated.host),
      this.#state,
      this.#hosts,
    );
    let best: { rated: Rated; group: Heap<Rated>; total: number } | undefined;
    firsts.forEach(({ rated, group }, i) => {
      const total = rated.own + (byDomain[i] ?? 0);
      if (!best || total > best.total || (total === best.total && tieBreak(rated, best.rated)))
        best = { rated, group, total };
    });
    best?.group.dropFirst();
    return best?.rated.host;
  }

  #rated(host: HostState, own: number): Rated {
    const replicas = host.byWorkload.get(this.#cls.workload) ?? 0;
    return { host, own: own + (this.#fixed[host.index] ?? 0), replicas, all: host.replicas };
  }

  /** Domains by number; where each host is a domain of its own, only its count matters. */
  #keyOf({ index }: HostState): string {
    let key = '';
    for (const { topology, counts } of this.#counters) {
      const domain = topology.domainOf[index] ?? -1;
      key += topology.isPerHost && domain >= 0 ? `${counts[domain]} ` : `d${domain} `;
    }
    return key;
  }
}

function countersOf(
  cls: ReplicaClass,
  filters: readonly Filter[],
  scores: readonly Score[],
  state: ClusterState,
): DomainCounter[] {
  const ofFilters = filters.flatMap(({ counters }) => counters?.(cls, state) ?? []);
  const ofScores = scores.flatMap(({ scope }) => (typeof scope === 'function' ? scope(cls, state) : []));
  return [...new Set([...ofFilters, ...ofScores])];
}

function isBetter(a: Rated, b: Rated): boolean {
  return a.own === b.own ? tieBreak(a, b) : a.own > b.own;
}

/** Between equals: fewer replicas of the workload, fewer replicas, then the name. */
function tieBreak(a: Rated, b: Rated): boolean {
  return (a.replicas - b.replicas || a.all - b.all || a.host.index - b.host.index) < 0;
}
