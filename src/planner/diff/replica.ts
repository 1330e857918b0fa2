import type { Difference } from '../../model/change.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveContainer } from '../../model/live.ts';
import { isRunning, type LiveReplica, servingContainers } from '../live-replicas.ts';
import type { PodContainer, ReplicaSpec } from '../specs/pod.ts';
import { signalsFor } from './files.ts';
import { missingNames } from './names.ts';
import { diffSpecs } from './spec.ts';

/** What shall happen to one replica (an ordinal of a workload). */
export type ReplicaDecision = {
  /** The generation that stays or is started; absent when a new one is made. */
  readonly current?: LiveReplica;
  /** Generations that go once the new one is ready (or before, when stop-first). */
  readonly old: readonly LiveReplica[];
  readonly differences: readonly Difference[];
} & (
  | { readonly action: 'keep' | 'create' | 'replace' | 'move' }
  | { readonly action: 'start'; readonly current: LiveReplica }
  | { readonly action: 'update'; readonly current: LiveReplica }
);

/**
 * Decides for one replica, given all its live generations on all hosts.
 *
 * A generation on the right host with the same specification stays; one that differs only in what the engine
 * updates in place is updated; any other is replaced.
 *
 * @param mayFinish a replica that ended with exit code 0 has done its work
 * @param called    the desired replica under the names of a generation: names are no difference
 */
export function decideReplica(
  desired: ReplicaSpec,
  generations: readonly LiveReplica[],
  mayFinish: boolean,
  called: (pod: string) => ReplicaSpec,
): ReplicaDecision {
  const here = generations.filter((g) => g.host === desired.host);
  const wanted = (g: LiveReplica) => (g.pod === desired.podHash || !hasOwnNames(desired) ? desired : called(g.pod));
  const rated = here
    .map((generation) => ({ generation, differences: compareReplica(wanted(generation), generation) }))
    .sort((a, b) => rank(a) - rank(b));
  const best = rated[0];
  const others = (kept: LiveReplica) => generations.filter((g) => g !== kept);
  if (best === undefined) {
    const elsewhere = generations[generations.length - 1];
    return elsewhere === undefined
      ? { action: 'create', old: [], differences: [] }
      : { action: 'move', old: generations, differences: compareReplica(wanted(elsewhere), elsewhere) };
  }
  const { generation, differences } = best;
  if (differences.some((d) => d.forcesReplace)) return { action: 'replace', old: generations, differences };
  const old = others(generation);
  if (differences.length > 0) return { action: 'update', current: generation, old, differences };
  if (isRunning(generation) || (mayFinish && isFinished(generation)))
    return { action: 'keep', current: generation, old, differences: [] };
  return { action: 'start', current: generation, old, differences: [stoppedDifference(generation)] };
}

/** Containers that share namespaces or scratch space name each other by their generation. */
export function hasOwnNames({ containers, workload }: ReplicaSpec): boolean {
  return containers.length > 1 || workload.template.scratch.length > 0;
}

function rank({ generation, differences }: { generation: LiveReplica; differences: readonly Difference[] }): number {
  const replaced = differences.some((d) => d.forcesReplace) ? 4 : 0;
  return replaced + (differences.length > 0 ? 2 : 0) + (isRunning(generation) ? 0 : 1);
}

/** Differences between what shall be and what a generation was created from. */
export function compareReplica(desired: ReplicaSpec, live: LiveReplica): Difference[] {
  const differences: Difference[] = [];
  const isGroup = desired.containers.length > 1;
  const byName = new Map(live.containers.map((c) => [c.labels[LABEL.container] ?? '', c]));
  for (const container of desired.containers) {
    const match = byName.get(container.name);
    byName.delete(container.name);
    if (match?.spec === undefined) {
      if (container.role === 'init' && match === undefined && isRunning(live)) continue;
      differences.push({
        path: isGroup ? `containers.${container.name}` : 'container',
        to: container.spec.image,
        attribution: match === undefined ? 'changed on the host' : 'your change',
        forcesReplace: true,
      });
      continue;
    }
    differences.push(...prefixed(compareContainer(container, match), isGroup ? container.name : undefined));
    const role = match.labels[LABEL.role] ?? 'main';
    if (role !== container.role) {
      const sides = { from: role, to: container.role };
      const path = `${container.name}.role`;
      differences.push({ path, ...sides, attribution: 'your change', forcesReplace: true });
    }
  }
  for (const [name, extra] of byName) {
    differences.push({
      path: `containers.${name}`,
      from: extra.image,
      attribution: 'your change',
      forcesReplace: true,
    });
  }
  return differences;
}

/**
 * The file against what the container was created from is the user's change; what the engine reports against
 * what it was created from is a change made on the host.
 */
function compareContainer(desired: PodContainer, live: LiveContainer): Difference[] {
  if (live.spec === undefined) return [];
  const before = live.spec.files;
  const mine = diffSpecs(live.spec, desired.spec, 'your change').map((d) =>
    d.path === 'files' && signalsFor(before, desired.spec.files) !== undefined ? { ...d, forcesReplace: false } : d,
  );
  const names = missingNames(live);
  if (live.inspected === undefined) return [...mine, ...names];
  const paths = new Set(mine.map((d) => d.path));
  const drift = diffSpecs(live.inspected, desired.spec, 'changed on the host').filter(
    (d) => !paths.has(d.path) && d.attribution !== 'tag moved',
  );
  return [...mine, ...names, ...drift];
}

function prefixed(differences: readonly Difference[], container: string | undefined): Difference[] {
  return container === undefined
    ? [...differences]
    : differences.map((d) => ({ ...d, path: `${container}.${d.path}` }));
}

/** All that ran has ended well. */
function isFinished(live: LiveReplica): boolean {
  return servingContainers(live).every(
    (c) => (c.state === 'exited' && c.exitCode === 0) || c.labels[LABEL.role] === 'pause',
  );
}

function stoppedDifference(live: LiveReplica): Difference {
  const stopped = servingContainers(live).find((c) => c.state !== 'running' && c.state !== 'restarting');
  return {
    path: 'state',
    from: stopped?.state ?? 'stopped',
    to: 'running',
    attribution: 'changed on the host',
    forcesReplace: false,
  };
}
