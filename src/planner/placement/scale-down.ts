/** A running replica that scaling down may take away. */
export interface Removable {
  readonly ordinal: number;
  /** Domains it stands in, the widest first: zone, rack, …, host. Absent when it has no host: it goes first. */
  readonly domains: readonly string[] | undefined;
  /** Replicas that run are kept over those that do not yet. */
  readonly ready: boolean;
}

interface Domain<T> {
  count: number;
  readonly parts: Map<string, Domain<T>>;
  /** In a domain without parts: the one to go first is last. */
  readonly replicas: T[];
}

/**
 * Which replicas go when a workload shrinks: those of the fullest domain first, of its fullest part, and at last of its
 * fullest host; there those that are not ready, then the highest ordinal.
 *
 * @returns the replicas to remove, in that order
 * @see swarmkit manager/orchestrator/replicated, reconcile
 */
export function scaleDown<T extends Removable>(replicas: readonly T[], keep: number): T[] {
  const sorted = [...replicas].sort((a, b) => (goesBefore(a, b) ? 1 : -1));
  const homeless = sorted.filter(({ domains }) => domains === undefined).reverse();
  const root: Domain<T> = { count: 0, parts: new Map(), replicas: [] };
  for (const replica of sorted) if (replica.domains) insert(root, replica, replica.domains);
  const excess = Math.max(0, replicas.length - keep);
  const removed = homeless.slice(0, excess);
  while (removed.length < excess) removed.push(takeFirst(root));
  return removed;
}

function insert<T>(domain: Domain<T>, replica: T, [first, ...rest]: readonly string[]): void {
  domain.count++;
  if (first === undefined) {
    domain.replicas.push(replica);
    return;
  }
  const part = domain.parts.get(first) ?? { count: 0, parts: new Map(), replicas: [] };
  domain.parts.set(first, part);
  insert(part, replica, rest);
}

function takeFirst<T extends Removable>(root: Domain<T>): T {
  const { replica, path } = firstToGo(root);
  for (const domain of path) domain.count--;
  path[path.length - 1]?.replicas.pop();
  return replica;
}

function firstToGo<T extends Removable>(domain: Domain<T>): { replica: T; path: Domain<T>[] } {
  if (domain.parts.size === 0) return { replica: domain.replicas[domain.replicas.length - 1] as T, path: [domain] };
  const most = Math.max(...[...domain.parts.values()].map(({ count }) => count));
  let found: { replica: T; path: Domain<T>[] } | undefined;
  for (const part of domain.parts.values()) {
    if (part.count < most) continue;
    const candidate = firstToGo(part);
    if (!found || goesBefore(candidate.replica, found.replica)) found = candidate;
  }
  const { replica, path } = found as { replica: T; path: Domain<T>[] };
  return { replica, path: [domain, ...path] };
}

function goesBefore(a: Removable, b: Removable): boolean {
  return a.ready === b.ready ? a.ordinal > b.ordinal : !a.ready;
}
