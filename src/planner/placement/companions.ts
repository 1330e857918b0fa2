import type { WorkloadDemand } from '../../model/placement.ts';
import { firstRefusal } from './filters/index.ts';
import type { Session, Task } from './session.ts';
import type { HostState } from './state.ts';

/**
 * Narrows the hosts for a workload's first replica to those that also take everything that must come to the same
 * host: the users of a volume that has no home yet, and what runs beside it. Falls back to all when none does.
 */
export function withRoomForCompanions(
  task: Task,
  hosts: readonly HostState[],
  session: Session,
  left: number,
): readonly HostState[] {
  const companions = companionsOf(task, session, left);
  if (companions.length === 0) return hosts;
  const roomy = hosts.filter((host) => takesAll(companions, host, session));
  return roomy.length > 0 ? roomy : hosts;
}

interface Companion {
  readonly task: Task;
  readonly replicas: number;
}

function companionsOf(task: Task, { byVolume, byBeside, state }: Session, left: number): Companion[] {
  const { workload } = task;
  const unhomed = workload.volumes.filter((volume) => (state.volumeHomes.get(volume)?.size ?? 0) === 0);
  const sharing = new Set(unhomed.flatMap((volume) => byVolume.get(volume) ?? []));
  const beside = (byBeside.get(workload.id) ?? []).filter((other) => !sharing.has(other) && other !== task);
  const found = [
    ...[...sharing].map((other) => ({ task: other, replicas: other === task ? left : wanted(other.workload) })),
    ...beside.map((other) => ({ task: other, replicas: 1 })),
  ];
  return found.length === 1 && found[0]?.task === task && left === 1 ? [] : found;
}

function wanted({ kind, replicas }: WorkloadDemand): number {
  return kind === 'daemon' ? 1 : replicas;
}

/** Tries them on, and takes them off again. */
function takesAll(companions: readonly Companion[], host: HostState, { state, eligibility }: Session): boolean {
  const tried: Task[] = [];
  const fits = companions.every(({ task, replicas }) => {
    if (!eligibility(task).has(host)) return false;
    const filters = task.moving.filter(
      ({ name }) => name === 'resources' || name === 'host-ports' || name === 'max-per-host',
    );
    for (let i = 0; i < replicas; i++) {
      if (firstRefusal(filters, { cls: task.cls }, host, state)) return false;
      state.add(task.cls, host.index);
      tried.push(task);
    }
    return true;
  });
  for (const { cls } of tried) state.remove(cls, host.index);
  return fits;
}
