import type { Override } from './overrides.ts';
import type { RevisionStatus } from './revision.ts';

/** Where a stack's rollout stands: `rollout status`. */
export interface RolloutStatus {
  readonly stack: string;
  /** The last revision and how it ended; without an outcome it is under way, or was killed. */
  readonly revision?: {
    readonly number: number;
    readonly action: string;
    readonly status: RevisionStatus | 'under way';
  };
  readonly workloads: readonly WorkloadStatus[];
  /** Every replica is ready, of one generation, and nothing waits. */
  readonly isSettled: boolean;
}

export interface WorkloadStatus {
  readonly workload: string;
  readonly wanted: number;
  readonly ready: number;
  /** Replicas of which two generations exist. */
  readonly exchanging: number;
  /** Revisions whose containers are there, with how many replicas. */
  readonly revisions: Readonly<Record<string, number>>;
  /** Share of the requests by revision, where a gateway splits them. */
  readonly shares?: Readonly<Record<string, number>>;
  readonly paused?: string;
  /** One-off changes it has beside the files, when it has some. */
  readonly overrides?: readonly Override[];
}
