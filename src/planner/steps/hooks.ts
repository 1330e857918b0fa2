import type { Workload } from '../../model/desired.ts';
import type { Build, WorkloadBuild } from './context.ts';
import { emitCreate, emitRemove, emitStart } from './replica.ts';
import type { Resources } from './resources.ts';

type HookName = NonNullable<Workload['hook']>;

/**
 * Runs the stack's jobs of one kind, once for this release: what an earlier release left of them goes first.
 *
 * @returns steps after which all have ended well
 */
export function emitHooks(
  build: Build,
  hooks: readonly WorkloadBuild[],
  name: HookName,
  resources: Resources,
  after: (workload: Workload) => readonly number[],
): number[] {
  return hooks
    .filter((part) => part.workload.hook === name)
    .flatMap((part) =>
      part.replicas.flatMap(({ replica, decision }) => {
        const cause = `${name} hook`;
        const { id } = part.workload;
        build.changes.push({
          action: 'create',
          kind: 'replica',
          resource: `${id}.${replica.ordinal}`,
          host: replica.host,
          workload: id,
          differences: [],
          cause: `${cause}, once for this release; it cannot be undone`,
        });
        const before = [...(decision.current ? [decision.current] : []), ...decision.old];
        const gate = after(part.workload);
        const gone = before.flatMap((old) => emitRemove(build, old, 'an earlier run of the hook', gate));
        const created = emitCreate(build, replica, cause, [...resources.ensure(replica), ...gone]);
        return [...emitStart(build, replica, cause, [...created, ...gate]).ready];
      }),
    );
}

/** True when a plan changes anything but hooks, so that its hooks run. */
export function isRelease(parts: readonly WorkloadBuild[], orphans: readonly unknown[]): boolean {
  const changes = (part: WorkloadBuild) =>
    part.surplus.length > 0 ||
    part.replicas.some(({ decision }) => decision.action !== 'keep' || decision.old.length > 0);
  return orphans.length > 0 || parts.some(changes);
}

/** Workloads a hook needs, and what those need: they do not wait for it. */
export function neededByHooks(hooks: readonly WorkloadBuild[], workloads: readonly Workload[]): ReadonlySet<string> {
  const needed = new Set<string>();
  const add = (id: string) => {
    if (needed.has(id)) return;
    needed.add(id);
    for (const d of workloads.find((w) => w.id === id)?.dependsOn ?? []) add(d.workload);
  };
  for (const hook of hooks) for (const d of hook.workload.dependsOn) add(d.workload);
  return needed;
}
