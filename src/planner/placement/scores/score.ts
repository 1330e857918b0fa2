import type { ReplicaClass } from '../replica-class.ts';
import type { ClusterState, HostState } from '../state.ts';
import type { DomainCounter } from '../topology.ts';

export const MAX_SCORE = 100;

/** One reason to prefer a host. Every file in this folder but this one and the index is one, or two that belong together. */
export interface Score {
  readonly name: string;
  readonly weight: number;
  /** False when it rates all hosts alike. */
  readonly applies: (cls: ReplicaClass, state: ClusterState) => boolean;
  /**
   * What a rating hangs on, so that it is not asked again in vain: `host`, what is on the host itself; `fixed`, nothing
   * that placing changes; else the counters of the domains the host is in.
   */
  readonly scope: 'host' | 'fixed' | ((cls: ReplicaClass, state: ClusterState) => readonly DomainCounter[]);
  /**
   * Writes 0–100 for each of `hosts`, in their order.
   *
   * @param all the hosts that passed the filters, where `hosts` are only some of them
   */
  readonly rate: (
    cls: ReplicaClass,
    hosts: readonly HostState[],
    state: ClusterState,
    out: Float64Array,
    all?: readonly HostState[],
  ) => void;
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
