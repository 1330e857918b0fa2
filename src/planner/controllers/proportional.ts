/** One generation of a workload's replicas. */
export interface ReplicaSet {
  readonly name: string;
  readonly replicas: number;
  /** Seconds since the epoch, or any number that grows with age's opposite. */
  readonly created: number;
}

export interface Resize {
  readonly replicas: number;
  readonly maxSurge: number;
  /** Replicas and surge before the resize. */
  readonly previous: number;
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
}

/**
 * Sizes of all generations when a workload is resized in the middle of a rollout: in proportion, largest first, what is
 * left over to the first. With one generation, or none, that one takes all.
 *
 * @see kubernetes pkg/controller/deployment, scale
 */
export function resizeInRollout(resize: Resize): Map<string, number> {
  const { replicas, newSet, oldSets } = resize;
  const all = newSet ? [...oldSets, newSet] : [...oldSets];
  const sizes = new Map(all.map((set) => [set.name, set.replicas]));
  const active = all.filter((set) => set.replicas > 0);
  const only = active.length > 1 ? undefined : (active[0] ?? newSet ?? newest(oldSets));
  if (only) return sizes.set(only.name, replicas);
  const allowed = replicas > 0 ? replicas + resize.maxSurge : 0;
  const toAdd = allowed - active.reduce((sum, set) => sum + set.replicas, 0);
  if (toAdd === 0) return sizes;
  active.sort((a, b) => b.replicas - a.replicas || (toAdd > 0 ? b.created - a.created : a.created - b.created));
  let added = 0;
  for (const set of active) {
    const share = shareOf(set, resize, toAdd, added);
    sizes.set(set.name, set.replicas + share);
    added += share;
  }
  const [first] = active;
  if (first) sizes.set(first.name, Math.max(0, (sizes.get(first.name) ?? 0) + toAdd - added));
  return sizes;
}

function shareOf(set: ReplicaSet, { replicas, maxSurge, previous }: Resize, toAdd: number, added: number): number {
  const left = toAdd - added;
  if (left === 0) return 0;
  const size = replicas === 0 ? 0 : roundAway((set.replicas * (replicas + maxSurge)) / previous);
  const share = size - set.replicas;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

function roundAway(value: number): number {
  return Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
}

function newest(sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return [...sets].sort((a, b) => b.created - a.created)[0];
}
