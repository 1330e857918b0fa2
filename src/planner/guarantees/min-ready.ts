import type { Guarantee } from '../../model/plan.ts';
import type { Step } from '../../model/step.ts';
import { isRunning, type LiveReplica } from '../live-replicas.ts';
import type { WorkloadBuild } from '../steps/context.ts';

/**
 * The lowest number of ready replicas while the steps run, in whatever order they are allowed to.
 *
 * Worst case: every stop runs as soon as it may, and of the others only what a stop waits for. So the replicas
 * serving when the k-th stop has run are those left, and the new ones some stop so far had to wait for.
 *
 * @returns undefined when nothing of the workload serves now
 */
export function minimumReady(part: WorkloadBuild, steps: readonly Step[]): Guarantee | undefined {
  const serving = part.replicas.flatMap(({ decision }) => [
    ...(decision.current ? [decision.current] : []),
    ...decision.old,
  ]);
  const running = [...serving, ...part.surplus].filter(isRunning);
  if (running.length === 0) return undefined;
  const low = Math.min(running.length, lowest(part.workload.id, running, steps));
  const of = part.replicas.length;
  const value = Math.min(low, of);
  return {
    type: 'min-ready',
    subject: part.workload.id,
    text: `${part.workload.id} never below ${value} of ${of} ready`,
    value,
    of,
  };
}

function lowest(workload: string, running: readonly LiveReplica[], steps: readonly Step[]): number {
  const byId = new Map(steps.map((s) => [s.id, s]));
  const owner = new Map(running.flatMap((r) => r.containers.map((c) => [c.name, r] as const)));
  const stops = steps.filter(
    (s) => (s.kind === 'container.stop' || s.kind === 'container.remove') && s.workload === workload,
  );
  const done = new Set<number>();
  const down = new Set<LiveReplica>();
  let low = running.length;
  for (const stop of stops) {
    if (stop.kind !== 'container.stop') continue;
    addAncestors(stop, byId, done);
    const replica = owner.get(stop.container);
    if (replica !== undefined) down.add(replica);
    low = Math.min(low, running.length - down.size + readyReplicas(workload, steps, done));
  }
  return low;
}

/** New replicas of which every wait has run. */
function readyReplicas(workload: string, steps: readonly Step[], done: ReadonlySet<number>): number {
  const waits = new Map<string, boolean>();
  for (const step of steps) {
    if (step.kind !== 'health.wait' || step.workload !== workload || step.replica.role !== 'main') continue;
    const key = `${step.replica.ordinal} ${step.replica.pod}`;
    waits.set(key, (waits.get(key) ?? true) && done.has(step.id));
  }
  return [...waits.values()].filter(Boolean).length;
}

function addAncestors(step: Step, byId: ReadonlyMap<number, Step>, done: Set<number>): void {
  const todo = [step.id];
  while (todo.length > 0) {
    const id = todo.pop() as number;
    if (done.has(id)) continue;
    done.add(id);
    todo.push(...(byId.get(id)?.after ?? []));
  }
}
