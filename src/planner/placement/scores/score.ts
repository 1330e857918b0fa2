import type { ReplicaClass } from '../replica-class.ts';
import type { ClusterState, HostState } from '../state.ts';

export const MAX_SCORE = 100;

/** One reason to prefer a host. Every file in this folder but this one and the index is one, or two that belong together. */
export interface Score {
  readonly name: string;
  readonly weight: number;
  /** False when it rates all hosts alike. */
  readonly applies: (cls: ReplicaClass, state: ClusterState) => boolean;
  /** Writes 0–100 for each host that passed the filters, in their order. */
  readonly rate: (cls: ReplicaClass, hosts: readonly HostState[], state: ClusterState, out: Float64Array) => void;
}

/** Scales to 0–100 by the greatest; with `reverse`, the greatest gets 0. Integer division, as kube-scheduler does it. */
export function normalise(out: Float64Array, reverse = false): void {
  let greatest = 0;
  for (const value of out) if (value > greatest) greatest = value;
  for (let i = 0; i < out.length; i++) {
    const share = greatest === 0 ? 0 : Math.trunc((MAX_SCORE * (out[i] ?? 0)) / greatest);
    out[i] = reverse ? MAX_SCORE - share : share;
  }
}
