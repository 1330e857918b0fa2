import type { ReplicaClass } from '../replica-class.ts';
import type { ClusterState, HostState } from '../state.ts';
import type { DomainCounter } from '../topology.ts';

/** A replica that looks for a host, or asks whether it may stay on its own (then it is not counted in the state). */
export interface Candidate {
  readonly cls: ReplicaClass;
  readonly ordinal?: number;
  /** Runs on the host already and is not replaced: marks and taints against newcomers do not touch it. */
  readonly staying?: boolean;
}

/** Why a host is refused. */
export interface Refusal {
  readonly filter: string;
  /** Fits behind "3 of 5 hosts": `without label disk=ssd`. Equal for hosts refused for the same reason. */
  readonly reason: string;
  /** What is so on this host: `300 MiB of 2 GiB free`. */
  readonly detail?: string;
}

/** One reason why a host may not take a replica. Every file in this folder but this one and the index is one. */
export interface Filter {
  readonly name: string;
  /** False when it has nothing to say about such a replica, whatever the host. */
  readonly applies: (cls: ReplicaClass) => boolean;
  /** Its verdict changes as replicas are placed; the others are asked once per workload and host. */
  readonly dynamic: boolean;
  /** The counters a verdict hangs on, where it hangs on nothing else: hosts with equal counts get equal verdicts. */
  readonly counters?: (cls: ReplicaClass, state: ClusterState) => readonly DomainCounter[];
  readonly check: (replica: Candidate, host: HostState, state: ClusterState) => Refusal | undefined;
  /** `3 without label disk=ssd`. */
  readonly explain: (count: number, refusal: Refusal) => string;
}

/** The usual explanation: how many hosts, and the reason. */
export function countReason(count: number, { reason }: Refusal): string {
  return `${count} ${reason}`;
}
