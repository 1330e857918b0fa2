import type { CronPolicy, JobPolicy, StatefulPolicy } from './controllers.ts';
import type { PlacementRules } from './placement.ts';
import type { PodTemplate } from './pod.ts';
import type { RolloutPolicy } from './rollout.ts';

export type WorkloadKind = 'service' | 'stateful' | 'daemon' | 'job' | 'cron';

export interface Workload {
  /** Unique in the stack: `web` for compose, `namespace/web` for Kubernetes objects outside `default`. */
  readonly id: string;
  readonly name: string;
  /** Kubernetes namespace; absent for compose. Names, networks and DNS are kept apart by it. */
  readonly namespace?: string;
  readonly kind: WorkloadKind;
  /** Replicas wanted; ignored for `daemon` (one on every eligible host). */
  readonly replicas: number;
  /** First ordinal: 1 for compose, 0 for Kubernetes. */
  readonly firstOrdinal: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly template: PodTemplate;
  readonly placement: PlacementRules;
  readonly rollout: RolloutPolicy;
  readonly rollback?: RolloutPolicy;
  readonly dependsOn: readonly Dependency[];
  readonly job?: JobPolicy;
  readonly cron?: CronPolicy;
  readonly stateful?: StatefulPolicy;
  /** Suspended workloads (replicas 0 by the file's own word) keep their definition. */
  readonly suspended?: boolean;
  /** `pre-deploy`, `post-deploy`, `pre-undo`: a job of the release itself. */
  readonly hook?: 'pre-deploy' | 'post-deploy' | 'pre-undo';
}

export interface Dependency {
  readonly workload: string;
  readonly condition: 'started' | 'healthy' | 'completed';
  /** False: a missing or failed dependency is only a warning. */
  readonly required: boolean;
  /** Replace the dependent when the dependency is replaced (compose `restart: true`). */
  readonly restart: boolean;
}
