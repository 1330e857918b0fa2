import type { ContainerState, LiveContainer } from './live.ts';

/** One container of a replica as its host reports it. */
export interface ReplicaReport {
  readonly stack: string;
  readonly workload: string;
  readonly ordinal: number;
  /** Name within the pod. */
  readonly container: string;
  /** `main`, `init`, `sidecar`, `pause`, … */
  readonly role: string;
  readonly host: string;
  readonly id: string;
  /** The engine's name for it. */
  readonly name: string;
  readonly image: string;
  readonly state: ContainerState;
  readonly health: LiveContainer['health'];
  readonly exitCode?: number;
  /** The engine's words: `Up 5 minutes (healthy)`. */
  readonly status: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly revision?: string;
  readonly ports: LiveContainer['ports'];
}
