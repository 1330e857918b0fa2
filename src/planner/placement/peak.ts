import type {
  HostPeak,
  PeakProblem,
  Placement,
  PlacementRequest,
  ReplicaDemand,
  WorkloadDemand,
} from '../../model/placement.ts';
import { amounts, amountText } from './amounts.ts';
import { resourceAmounts } from './pod-requests.ts';

/** A workload whose replicas are replaced one after the other. */
export interface Rolling {
  readonly workload: string;
  /** Ordinals that get a new replica, in the order of the rollout. */
  readonly replaced: readonly number[];
  /** How many new replicas may stand beside the old ones they replace; 0 stops first. */
  readonly surge: number;
}

export interface PeakReport {
  readonly hosts: readonly HostPeak[];
  readonly problems: readonly PeakProblem[];
}

type Load = Map<string, Map<string, number>>;

/**
 * How full each host gets while the workloads are rolled out, all at the same time if need be, and what to change where
 * that is more than it has. A host on which nothing is rolled out is nobody's problem.
 *
 * @param placements of all replicas when the plan is done
 */
export function rolloutPeak(
  request: PlacementRequest,
  placements: readonly Placement[],
  rolling: readonly Rolling[],
): PeakReport {
  const loads = loadsOf(request, placements);
  const { atRest, peak } = measure(loads, rolling);
  const hosts = request.hosts.map(({ name }) => ({
    host: name,
    atRest: resourceAmounts(atRest.get(name) ?? new Map()),
    peak: resourceAmounts(peak.get(name) ?? new Map()),
  }));
  const problems = shortages(request, peak).flatMap((short): PeakProblem[] => {
    const involved = rolling.filter(({ workload }) => loads.isOn(workload, short.host)).map(({ workload }) => workload);
    if (involved.length === 0) return [];
    const amount = amountText(short.resource, short.amount);
    const summary = `short of ${amount} while ${listed(involved)} ${involved.length === 1 ? 'is' : 'are'} replaced`;
    const suggestion = smallestChange(request, loads, rolling, short);
    return [{ host: short.host, resource: short.resource, summary, suggestion }];
  });
  return { hosts, problems };
}

interface Generation {
  readonly host: string;
  readonly amounts: ReadonlyMap<string, number>;
}

/** Where each replica is now and where it will be, and what is on the hosts besides. */
interface Loads {
  readonly workloads: readonly WorkloadDemand[];
  readonly now: ReadonlyMap<string, Generation>;
  readonly then: ReadonlyMap<string, Generation>;
  readonly others: Load;
  readonly isOn: (workload: string, host: string) => boolean;
}

function loadsOf({ hosts, workloads }: PlacementRequest, placements: readonly Placement[]): Loads {
  const demands = new Map(workloads.map((workload) => [workload.id, workload]));
  const generation = (host: string, demand: ReplicaDemand) => ({ host, amounts: amounts(demand.resources) });
  const now = new Map<string, Generation>();
  const others: Load = new Map();
  for (const { name, foreign, neighbours = [], running } of hosts) {
    add(others, name, amounts(foreign), 1);
    for (const { resources } of neighbours) add(others, name, amounts(resources), 1);
    for (const { workload, ordinal, demand } of running) {
      const own = demand ?? demands.get(workload);
      if (own) now.set(key(workload, ordinal), generation(name, own));
    }
  }
  const then = new Map<string, Generation>();
  for (const { workload, ordinal, host } of placements) {
    const demand = demands.get(workload);
    if (demand) then.set(key(workload, ordinal), generation(host, demand));
  }
  const isOn = (workload: string, host: string) =>
    [now, then].some((all) => [...all].some(([id, one]) => one.host === host && id.startsWith(`${workload}\n`)));
  return { workloads, now, then, others, isOn };
}

/** Adds up the greatest load of each workload on each host: they may all meet at one moment. What goes for good goes last. */
function measure({ now, then, others }: Loads, rolling: readonly Rolling[]): { atRest: Load; peak: Load } {
  const moving = new Set(
    rolling.flatMap(({ workload, replaced }) => replaced.map((ordinal) => key(workload, ordinal))),
  );
  const atRest = copy(others);
  const peak = copy(others);
  for (const [id, { host, amounts: own }] of then) {
    add(atRest, host, own, 1);
    if (!moving.has(id)) add(peak, host, own, 1);
  }
  for (const [id, { host, amounts: own }] of now) if (!then.has(id) && !moving.has(id)) add(peak, host, own, 1);
  for (const one of rolling) {
    for (const [host, own] of greatest(one, now, then)) add(peak, host, own, 1);
  }
  return { atRest, peak };
}

/** Plays one rollout through with a window of `surge` replicas that exist twice, and keeps the most of each host. */
function greatest(
  { workload, replaced, surge }: Rolling,
  now: ReadonlyMap<string, Generation>,
  then: ReadonlyMap<string, Generation>,
): Load {
  const load: Load = new Map();
  const most: Load = new Map();
  const put = (generation: Generation | undefined, by: 1 | -1) => {
    if (!generation) return;
    add(load, generation.host, generation.amounts, by);
    for (const [resource, amount] of load.get(generation.host) ?? []) {
      const known = most.get(generation.host) ?? new Map<string, number>();
      known.set(resource, Math.max(known.get(resource) ?? 0, amount));
      most.set(generation.host, known);
    }
  };
  const ids = replaced.map((ordinal) => key(workload, ordinal));
  for (const id of ids) put(now.get(id), 1);
  ids.forEach((id, i) => {
    if (surge === 0) put(now.get(id), -1);
    put(then.get(id), 1);
    const leaving = ids[i - surge + 1];
    if (surge > 0 && leaving !== undefined) put(now.get(leaving), -1);
  });
  return most;
}

interface Shortage {
  readonly host: string;
  readonly resource: string;
  readonly amount: number;
}

function shortages({ hosts }: PlacementRequest, peak: Load): Shortage[] {
  return hosts.flatMap(({ name, capacity }) => {
    const has = amounts(capacity);
    return [...(peak.get(name) ?? [])].flatMap(([resource, amount]) => {
      const short = amount - (has.get(resource) ?? 0);
      return short > 0 && (has.has(resource) || resource !== 'ephemeral-storage')
        ? [{ host: name, resource, amount: short }]
        : [];
    });
  });
}

/** Tries, workload by workload, fewer at a time and then stopping first; at last, more of what is short. */
function smallestChange(request: PlacementRequest, loads: Loads, rolling: readonly Rolling[], short: Shortage): string {
  const fits = (changed: Rolling) => {
    const others = rolling.map((one) => (one.workload === changed.workload ? changed : one));
    const left = shortages(request, measure(loads, others).peak);
    return !left.some(({ host, resource }) => host === short.host && resource === short.resource);
  };
  const involved = rolling.filter(({ workload, surge }) => surge > 0 && loads.isOn(workload, short.host));
  for (const one of involved) {
    const word =
      loads.workloads.find(({ id }) => id === one.workload)?.profile === 'kubernetes' ? 'maxSurge' : 'parallelism';
    for (let surge = one.surge - 1; surge >= 1; surge--) {
      if (fits({ ...one, surge })) return `${word}: ${surge} for ${one.workload}`;
    }
  }
  const stopFirst = involved.find((one) => fits({ ...one, surge: 0 }));
  if (stopFirst) return `order: stop-first for ${stopFirst.workload}`;
  return `${amountText(short.resource, short.amount)} more on ${short.host}`;
}

function add(load: Load, host: string, own: ReadonlyMap<string, number>, by: 1 | -1): void {
  const on = load.get(host) ?? new Map<string, number>();
  for (const [resource, amount] of own) on.set(resource, (on.get(resource) ?? 0) + by * amount);
  load.set(host, on);
}

function copy(load: Load): Load {
  return new Map([...load].map(([host, own]) => [host, new Map(own)]));
}

function key(workload: string, ordinal: number): string {
  return `${workload}\n${ordinal}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}
