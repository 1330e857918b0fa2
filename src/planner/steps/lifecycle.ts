import type { LifecycleHook } from '../../model/desired.ts';
import type { ReplicaRef } from '../../model/step.ts';
import type { Build } from './context.ts';

const HOOK_TIMEOUT_SECONDS = 300;

interface HookPlace {
  readonly host: string;
  readonly cause: string;
  readonly replica: ReplicaRef;
  /** Engine name of the container. */
  readonly container: string;
}

/**
 * Runs a container's lifecycle hooks one after the other. A hook that cannot be run from outside is named in a
 * warning, once for each workload.
 *
 * @returns the steps that what comes next has to wait for
 */
export function emitLifecycleHooks(
  build: Build,
  hooks: readonly LifecycleHook[] | undefined,
  place: HookPlace,
  after: readonly number[],
): readonly number[] {
  let gate = after;
  for (const hook of hooks ?? []) {
    const head = { host: place.host, workload: place.replica.workload, cause: place.cause, after: gate };
    if (hook.type === 'exec') {
      const { replica, container } = place;
      const inputs = { replica, container, command: hook.command, timeoutSeconds: HOOK_TIMEOUT_SECONDS };
      gate = [build.graph.add('hook.exec', head, inputs)];
    } else if (hook.type === 'sleep') {
      gate = [build.graph.add('rollout.delay', head, { milliseconds: hook.seconds * 1000 })];
    } else {
      warnOnce(build, place.replica.workload, hook.type);
    }
  }
  return gate;
}

function warnOnce(build: Build, workload: string, type: string): void {
  const where = `workload ${workload}`;
  if (build.diagnostics.some((d) => d.code === 'plan/hook-not-run' && d.where === where)) return;
  build.diagnostics.push({
    severity: 'warning',
    code: 'plan/hook-not-run',
    message: 'a lifecycle hook is not run',
    where,
    why: `it is a ${type} hook; only commands in the container and pauses can be run from outside`,
    fix: 'make it an exec hook',
  });
}
