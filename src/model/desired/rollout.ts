/** A count, or a share of the replicas. */
export type IntOrPercent = number | `${number}%`;

export interface RolloutPolicy {
  readonly strategy: 'recreate' | 'rolling' | 'blue-green' | 'canary';
  /** Absent: the planner chooses start-first where nothing forbids it and says so. */
  readonly order?: 'start-first' | 'stop-first';
  /** Replicas at a time; 0 is all at once. Rolling only. */
  readonly parallelism?: number;
  /** Kubernetes arithmetic; absent when the file speaks of parallelism and order. */
  readonly maxSurge?: IntOrPercent;
  readonly maxUnavailable?: IntOrPercent;
  readonly delayMs: number;
  readonly minReadySeconds: number;
  /** How long a replica is watched after it became ready. */
  readonly monitorMs: number;
  readonly maxFailureRatio: number;
  readonly failureAction: 'pause' | 'continue' | 'rollback';
  /** A rollout without progress for this long has failed. */
  readonly progressDeadlineSeconds?: number;
  /** Blue-green and canary: how long the old set is kept after the switch. */
  readonly keepOldSeconds?: number;
  readonly canary?: readonly CanaryStep[];
  readonly checks: readonly RolloutCheck[];
}

export type CanaryStep =
  | { readonly weightPercent: number }
  | { readonly replicas: number }
  | { readonly pauseSeconds: number }
  | { readonly pause: 'until-promoted' }
  | { readonly check: RolloutCheck };

export type RolloutCheck =
  | {
      readonly type: 'http';
      /** Path asked through the gateway, or a full URL. */
      readonly url: string;
      readonly status: number;
      readonly maxLatencyMs?: number;
      readonly timeoutSeconds: number;
    }
  | { readonly type: 'exec'; readonly command: readonly string[]; readonly timeoutSeconds: number }
  | { readonly type: 'local'; readonly command: readonly string[]; readonly timeoutSeconds: number }
  | { readonly type: 'prometheus'; readonly server: string; readonly query: string; readonly timeoutSeconds: number };
