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

function companionsOf(task: Task, { tasks, state }: Session, left: number): Companion[] {
  const { workload } = task;
  const unhomed = new Set(workload.volumes.filter((volume) => (state.volumeHomes.get(volume)?.size ?? 0) === 0));
  const found: Companion[] = [];
  for (const other of tasks.values()) {
    const shares = other.workload.volumes.some((volume) => unhomed.has(volume));
    const isBeside = other.workload.besideWorkloads.includes(workload.id);
    if (other === task ? shares : shares || isBeside) {
      const replicas = other === task ? left : shares ? wanted(other.workload) : 1;
      found.push({ task: other, replicas });
    }
  }
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
