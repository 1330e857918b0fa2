import type { ReplicaClass } from '../replica-class.ts';
import type { ClusterState, HostState } from '../state.ts';
import { availability } from './availability.ts';
import { beside } from './beside.ts';
import { constraints } from './constraints.ts';
import type { Candidate, Filter, Refusal } from './filter.ts';
import { hostName } from './host-name.ts';
import { hostPorts } from './host-ports.ts';
import { maxPerHost } from './max-per-host.ts';
import { nodeAffinity } from './node-affinity.ts';
import { platform } from './platform.ts';
import { plugins } from './plugins.ts';
import { podAffinity } from './pod-affinity.ts';
import { podAntiAffinity } from './pod-anti-affinity.ts';
import { resources } from './resources.ts';
import { taints } from './taints.ts';
import { topologySpread } from './topology-spread.ts';
import { volumes } from './volumes.ts';

/** In the order they are asked: what no waiting changes first. */
export const FILTERS: readonly Filter[] = [
  availability,
  hostName,
  constraints,
  nodeAffinity,
  taints,
  platform,
  plugins,
  volumes,
  beside,
  resources,
  hostPorts,
  maxPerHost,
  podAffinity,
  podAntiAffinity,
  topologySpread,
];

/** The filters that have something to say about a class. */
export function filtersFor(cls: ReplicaClass): Filter[] {
  return FILTERS.filter((filter) => filter.applies(cls));
}

/** The first filter's refusal, or undefined when the host may take the replica. */
export function firstRefusal(
  filters: readonly Filter[],
  replica: Candidate,
  host: HostState,
  state: ClusterState,
): Refusal | undefined {
  for (const filter of filters) {
    const refusal = filter.check(replica, host, state);
    if (refusal) return refusal;
  }
  return undefined;
}

/** `0 of 5 hosts: 3 without label disk=ssd, 2 short of 512 MiB`; most hosts first. */
export function summarise(refusals: readonly Refusal[], hosts: number): string {
  if (hosts === 0) return 'no host to place it on';
  const groups = new Map<string, { count: number; refusal: Refusal }>();
  for (const refusal of refusals) {
    const key = `${refusal.filter} ${refusal.reason}`;
    groups.set(key, { count: (groups.get(key)?.count ?? 0) + 1, refusal });
  }
  const order = (name: string) => FILTERS.findIndex((filter) => filter.name === name);
  const sorted = [...groups.values()].sort(
    (a, b) =>
      b.count - a.count ||
      order(a.refusal.filter) - order(b.refusal.filter) ||
      compare(a.refusal.reason, b.refusal.reason),
  );
  const texts = sorted.map(
    ({ count, refusal }) => FILTERS[order(refusal.filter)]?.explain(count, refusal) ?? `${count} ${refusal.reason}`,
  );
  return `${hosts - refusals.length} of ${hosts} hosts: ${texts.join(', ')}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
