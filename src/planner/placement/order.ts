import type { WorkloadDemand } from '../../model/placement.ts';
import { amounts } from './amounts.ts';
import type { ClusterState } from './state.ts';

/** What decides which workload is placed before another. */
interface Standing {
  readonly workload: WorkloadDemand;
  /** Workloads it needs beside it come first. */
  readonly depth: number;
  readonly eligible: number;
  /** The largest share of what all hosts have that one replica asks for. */
  readonly share: number;
}

/**
 * The order of placing: daemons, which have no choice; then what is needed beside others; then by how few hosts are
 * eligible, so that the picky are not left over; then the large before the small; then by id.
 *
 * @param eligible how many hosts pass the filters that no waiting changes
 */
export function placementOrder(
  workloads: readonly WorkloadDemand[],
  state: ClusterState,
  eligible: (workload: WorkloadDemand) => number,
): WorkloadDemand[] {
  const byId = new Map(workloads.map((workload) => [workload.id, workload]));
  const total = capacityOfAll(state);
  const standings = workloads.map(
    (workload): Standing => ({
      workload,
      depth: workload.kind === 'daemon' ? -1 : depthOf(workload, byId, new Set()),
      eligible: eligible(workload),
      share: largestShare(workload, total),
    }),
  );
  standings.sort(
    (a, b) =>
      a.depth - b.depth ||
      a.eligible - b.eligible ||
      b.share - a.share ||
      (a.workload.id < b.workload.id ? -1 : a.workload.id > b.workload.id ? 1 : 0),
  );
  return standings.map(({ workload }) => workload);
}

function depthOf(
  workload: WorkloadDemand,
  byId: ReadonlyMap<string, WorkloadDemand>,
  above: ReadonlySet<string>,
): number {
  const needed = workload.besideWorkloads.filter((id) => id !== workload.id && !above.has(id));
  const depths = needed
    .map((id) => byId.get(id))
    .map((one) => (one ? depthOf(one, byId, new Set([...above, workload.id])) : -1));
  return Math.max(-1, ...depths) + 1;
}

function capacityOfAll(state: ClusterState): Map<string, number> {
  const total = new Map<string, number>();
  for (const [resource, number] of state.resources) {
    total.set(
      resource,
      state.hosts.reduce((sum, { capacity }) => sum + (capacity[number] || 0), 0),
    );
  }
  return total;
}

function largestShare({ resources }: WorkloadDemand, total: ReadonlyMap<string, number>): number {
  let largest = 0;
  for (const [resource, amount] of amounts(resources)) {
    const all = total.get(resource) ?? 0;
    largest = Math.max(largest, all > 0 ? amount / all : amount > 0 ? 1 : 0);
  }
  return largest;
}
