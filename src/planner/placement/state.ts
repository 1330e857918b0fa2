import type { HostPort, ReplicaDemand, SchedulingHost } from '../../model/placement.ts';
import { amounts, BASIC, DISK, nanoCpus } from './amounts.ts';
import { KeyIndex, Matching } from './key-index.ts';
import { PortTable } from './ports.ts';
import { type ClassIdentity, type CompiledTerm, type ReplicaClass, replicaClass } from './replica-class.ts';
import { buildTopology, DomainCounter, domainValue, type Topology } from './topology.ts';

/** One host while placing: what it has, less what was put on it so far. */
export interface HostState {
  readonly index: number;
  readonly host: SchedulingHost;
  /** By resource number; NaN where the host does not tell. */
  readonly capacity: Float64Array;
  readonly reserved: Float64Array;
  /** Assumed use, for scoring: billionths of a CPU, bytes. */
  readonly scored: { cpus: number; memoryBytes: number };
  /** Replicas of everybody on the host. */
  replicas: number;
  readonly ports: PortTable;
  readonly images: ReadonlySet<string>;
  readonly byWorkload: Map<string, number>;
}

/** What a counter counts. */
export interface Watched {
  readonly matches: (cls: ReplicaClass) => boolean;
  /** Keys of which every matching class has one, as of `selectorKeys`. */
  readonly keys?: readonly string[] | undefined;
  /** Hosts that count; absent is all. */
  readonly eligible?: Uint8Array | undefined;
}

/** Counts the replicas whose class matches, as they come and go. */
interface Watcher {
  readonly matches: (cls: ReplicaClass) => boolean;
  readonly counter: DomainCounter;
}

/** An affinity term that placed replicas carry, and how many carriers stand in each domain. */
export interface CarriedTerm {
  readonly term: CompiledTerm;
  readonly side: 'affinity' | 'anti-affinity';
  /** Absent for a required term. */
  readonly weight?: number;
  readonly counter: DomainCounter;
}

/**
 * The hosts and everything on them while a plan is made. Grows by `add`; counters that filters and scores ask for
 * are kept up to date from then on, so that no question walks over all replicas.
 */
export class ClusterState {
  readonly hosts: readonly HostState[];
  readonly byName: ReadonlyMap<string, HostState>;
  /** Hosts by the engine name of a volume that lives there, or will with this plan. */
  readonly volumeHomes = new Map<string, Set<number>>();
  /** Number of each resource that some host has or uses. */
  readonly resources: ReadonlyMap<string, number>;
  #classes = 0;
  /** Host index → replicas, by class. */
  readonly #placed = new Map<ReplicaClass, Map<number, number>>();
  readonly #placedByKey = new KeyIndex<ReplicaClass>();
  readonly #topologies = new Map<string, Topology>();
  readonly #watchers = new KeyIndex<Watcher>();
  readonly #watching = new Map<ReplicaClass, Matching<Watcher>>();
  readonly #watcherByKey = new Map<string, Watcher>();
  readonly #carried = new KeyIndex<CarriedTerm>();
  readonly #carriedByKey = new Map<string, CarriedTerm>();
  readonly #carriedBy = new Map<ReplicaClass, readonly CarriedTerm[]>();
  readonly #carriedAgainst = new Map<ReplicaClass, Matching<CarriedTerm>>();

  constructor(hosts: readonly SchedulingHost[]) {
    const sorted = [...hosts].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    this.resources = numberResources(sorted);
    this.hosts = sorted.map((host, index) => hostState(host, index, this.resources));
    this.byName = new Map(this.hosts.map((host) => [host.host.name, host]));
    for (const { index, host } of this.hosts) {
      for (const volume of host.volumes) this.#home(volume).add(index);
      for (const neighbour of host.neighbours ?? []) this.add(this.classOf(neighbour, { workload: '' }), index);
    }
  }

  classOf(demand: ReplicaDemand, identity: Omit<ClassIdentity, 'id'>): ReplicaClass {
    return replicaClass(demand, { ...identity, id: this.#classes++ });
  }

  topology(key: string): Topology {
    let topology = this.#topologies.get(key);
    if (!topology) {
      topology = buildTopology(
        key,
        this.hosts.map(({ host }) => domainValue(key, host)),
      );
      this.#topologies.set(key, topology);
    }
    return topology;
  }

  /** A counter of the replicas that match, by domain; the same name gives the same counter. */
  counter(name: string, topologyKey: string, { matches, keys, eligible }: Watched): DomainCounter {
    const known = this.#watcherByKey.get(name);
    if (known) return known.counter;
    const watcher: Watcher = { matches, counter: new DomainCounter(this.topology(topologyKey), eligible) };
    for (const cls of (keys ?? ['']).flatMap((key) => this.#placedByKey.list(key))) {
      if (matches(cls)) for (const [host, replicas] of this.placed(cls)) watcher.counter.add(host, replicas);
    }
    this.#watchers.add(watcher, keys);
    this.#watcherByKey.set(name, watcher);
    return watcher.counter;
  }

  /** The terms of placed replicas that speak of this class. */
  termsAgainst(cls: ReplicaClass): readonly CarriedTerm[] {
    let known = this.#carriedAgainst.get(cls);
    if (!known) {
      const pod = { namespace: cls.namespace, labels: cls.demand.labels };
      known = new Matching(this.#carried, cls.keys, ({ term }) => term.matches(pod));
      this.#carriedAgainst.set(cls, known);
    }
    return known.current();
  }

  add(cls: ReplicaClass, host: number): void {
    this.#change(cls, host, 1);
  }

  /** Makes the terms of a class known before one of its replicas is placed. */
  announce(cls: ReplicaClass): void {
    this.#carry(cls);
  }

  /** Adds a replica for good: from now on its volumes live on the host. */
  settle(cls: ReplicaClass, host: number, ordinal: number): void {
    this.add(cls, host);
    for (const volume of volumesOf(cls.demand, ordinal)) this.#home(volume).add(host);
  }

  remove(cls: ReplicaClass, host: number): void {
    this.#change(cls, host, -1);
  }

  /** Replicas of a class on each host. */
  placed(cls: ReplicaClass): ReadonlyMap<number, number> {
    return this.#placed.get(cls) ?? this.#firstPlaced(cls);
  }

  #change(cls: ReplicaClass, index: number, by: 1 | -1): void {
    const host = this.hosts[index];
    if (!host) return;
    for (const [resource, amount] of cls.requests) {
      const number = this.resources.get(resource);
      if (number !== undefined) host.reserved[number] = (host.reserved[number] ?? 0) + by * amount;
    }
    host.scored.cpus += by * cls.scored.cpus;
    host.scored.memoryBytes += by * cls.scored.memoryBytes;
    host.replicas += by;
    for (const port of cls.demand.ports) by > 0 ? host.ports.add(port) : host.ports.remove(port);
    host.byWorkload.set(cls.workload, (host.byWorkload.get(cls.workload) ?? 0) + by);
    const on = this.#placed.get(cls) ?? this.#firstPlaced(cls);
    on.set(index, (on.get(index) ?? 0) + by);
    for (const { counter } of this.#watchersOf(cls)) counter.add(index, by);
    for (const { counter } of this.#carry(cls)) counter.add(index, by);
  }

  #firstPlaced(cls: ReplicaClass): Map<number, number> {
    // Watchers that come later find the class here; those that are there already count it from its first replica on.
    this.#watchersOf(cls);
    for (const key of ['', ...cls.keys]) this.#placedByKey.list(key).push(cls);
    const on = new Map<number, number>();
    this.#placed.set(cls, on);
    return on;
  }

  #watchersOf(cls: ReplicaClass): readonly Watcher[] {
    let known = this.#watching.get(cls);
    if (!known) {
      known = new Matching(this.#watchers, cls.keys, ({ matches }) => matches(cls));
      this.#watching.set(cls, known);
    }
    return known.current();
  }

  #carry(cls: ReplicaClass): readonly CarriedTerm[] {
    const known = this.#carriedBy.get(cls);
    if (known) return known;
    const list = [
      ...cls.affinity.required.map((term) => this.#carriedTerm(term, 'affinity')),
      ...cls.antiAffinity.required.map((term) => this.#carriedTerm(term, 'anti-affinity')),
      ...cls.affinity.preferred.map(({ term, weight }) => this.#carriedTerm(term, 'affinity', weight)),
      ...cls.antiAffinity.preferred.map(({ term, weight }) => this.#carriedTerm(term, 'anti-affinity', weight)),
    ];
    this.#carriedBy.set(cls, list);
    return list;
  }

  #carriedTerm(term: CompiledTerm, side: CarriedTerm['side'], weight?: number): CarriedTerm {
    const key = `${side} ${weight} ${term.signature}`;
    const known = this.#carriedByKey.get(key);
    if (known) return known;
    const counter = new DomainCounter(this.topology(term.topologyKey));
    const carried: CarriedTerm = weight === undefined ? { term, side, counter } : { term, side, counter, weight };
    this.#carried.add(carried, term.keys);
    this.#carriedByKey.set(key, carried);
    return carried;
  }

  #home(volume: string): Set<number> {
    const homes = this.volumeHomes.get(volume) ?? new Set<number>();
    this.volumeHomes.set(volume, homes);
    return homes;
  }
}

/** Engine names of the volumes bound to one host that a replica uses. */
export function volumesOf(demand: ReplicaDemand, ordinal: number | undefined): readonly string[] {
  if (demand.claimPrefixes.length === 0) return demand.volumes;
  const claims = ordinal === undefined ? [] : demand.claimPrefixes.map((prefix) => `${prefix}${ordinal}`);
  return [...demand.volumes, ...claims];
}

function numberResources(hosts: readonly SchedulingHost[]): Map<string, number> {
  const numbers = new Map(BASIC.map((resource, number) => [resource, number]));
  for (const { capacity, foreign } of hosts) {
    for (const resource of [...Object.keys(capacity.generic), ...Object.keys(foreign.generic)]) {
      if (!numbers.has(resource)) numbers.set(resource, numbers.size);
    }
  }
  return numbers;
}

function hostState(host: SchedulingHost, index: number, numbers: ReadonlyMap<string, number>): HostState {
  const { capacity, foreign } = host;
  const ports = new PortTable();
  for (const port of foreign.ports) ports.add(port as HostPort);
  const has = vector(amounts(capacity), numbers);
  if (capacity.ephemeralStorageBytes === undefined) has[numbers.get(DISK) ?? -1] = Number.NaN;
  return {
    index,
    host,
    capacity: has,
    reserved: vector(amounts(foreign), numbers),
    scored: { cpus: nanoCpus(foreign.cpus), memoryBytes: foreign.memoryBytes },
    replicas: foreign.replicas,
    ports,
    images: new Set(host.images),
    byWorkload: new Map(),
  };
}

function vector(found: ReadonlyMap<string, number>, numbers: ReadonlyMap<string, number>): Float64Array {
  const values = new Float64Array(numbers.size);
  for (const [resource, amount] of found) values[numbers.get(resource) ?? -1] = amount;
  return values;
}
