import type { Placement, PlacementRequest, PlacementResult, RunningReplica } from '../../model/placement.ts';
import { place } from './place.ts';

/** A replica that has to stay on a drained host. */
export interface Stuck {
  readonly workload: string;
  readonly ordinal: number;
  readonly host: string;
  readonly why: string;
}

export interface DrainedPlacement {
  /** The question that was answered, in which what is stuck is bound to its host. */
  readonly request: PlacementRequest;
  readonly result: PlacementResult;
  /** Sorted by workload, then ordinal. */
  readonly stuck: readonly Stuck[];
}

/**
 * Places a stack; what runs on a drained host and fits on no other stays there, so that the rest can leave. A replica
 * that would be made anew there is not kept: nothing new starts on a drained host.
 */
export function placeOrStay(request: PlacementRequest): DrainedPlacement {
  let asked = request;
  for (;;) {
    const result = place(asked);
    const reasons = stuckReasons(asked, result);
    if (reasons.size === 0) return told(asked, result);
    asked = pinned(asked, reasons);
  }
}

/** Why each replica that no host takes has to stay where it is, by `host workload ordinal`. */
function stuckReasons({ hosts }: PlacementRequest, { unplaced }: PlacementResult): Map<string, string> {
  const drained = new Map(hosts.filter((h) => h.availability === 'drained').map((h) => [h.name, h]));
  const reasons = new Map<string, string>();
  for (const { workload, ordinal, from, summary } of unplaced) {
    const running = drained.get(from ?? '')?.running.find((r) => r.workload === workload && r.ordinal === ordinal);
    if (from !== undefined && running !== undefined && !running.outdated) {
      reasons.set(keyOf(from, running), summary);
    }
  }
  return reasons;
}

function pinned(request: PlacementRequest, reasons: ReadonlyMap<string, string>): PlacementRequest {
  const hosts = request.hosts.map((host) => ({
    ...host,
    running: host.running.map((one) => {
      const why = reasons.get(keyOf(host.name, one));
      return why === undefined ? one : { ...one, stays: why };
    }),
  }));
  return { ...request, hosts };
}

function told(request: PlacementRequest, result: PlacementResult): DrainedPlacement {
  const why = new Map(
    request.hosts
      .filter((h) => h.availability === 'drained')
      .flatMap((h) => h.running.flatMap((r) => (r.stays === undefined ? [] : [[keyOf(h.name, r), r.stays] as const]))),
  );
  if (why.size === 0) return { request, result, stuck: [] };
  const stuck: Stuck[] = [];
  const placements = result.placements.map((placement): Placement => {
    const reason = why.get(keyOf(placement.host, placement));
    if (reason === undefined) return placement;
    const { workload, ordinal, host } = placement;
    stuck.push({ workload, ordinal, host, why: reason });
    return { ...placement, reason: `cannot leave: ${reason}` };
  });
  return { request, result: { ...result, placements }, stuck };
}

function keyOf(host: string, { workload, ordinal }: Pick<RunningReplica, 'workload' | 'ordinal'>): string {
  return `${host}\n${workload}\n${ordinal}`;
}
