import type { Change } from '../../model/change.ts';
import type { DesiredState, Workload } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { LiveHost } from '../../model/live.ts';
import type { ReplicaDecision } from '../diff/replica.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { LiveReplica } from '../live-replicas.ts';
import type { SpecContext } from '../specs/context.ts';
import type { ReplicaSpec } from '../specs/pod.ts';

/** A replica with what was decided for it. */
export interface DecidedReplica {
  readonly replica: ReplicaSpec;
  readonly decision: ReplicaDecision;
}

/** What the parts that emit steps share while one plan is built. */
export interface Build {
  readonly stack: string;
  readonly desired: DesiredState;
  readonly hosts: ReadonlyMap<string, LiveHost>;
  readonly specs: SpecContext;
  /** References that come from the engine of the machine that stowage runs on. */
  readonly localImages: readonly string[];
  readonly graph: GraphBuilder;
  readonly changes: Change[];
  readonly diagnostics: Diagnostic[];
  /** Steps every stop waits for: images are everywhere before anything goes down. */
  readonly beforeStops: number[];
}

/** Everything about one workload that becomes steps. */
export interface WorkloadBuild {
  readonly workload: Workload;
  readonly replicas: readonly DecidedReplica[];
  /** Replicas beyond the wanted number. */
  readonly surplus: readonly LiveReplica[];
}

/** True for decisions that make new containers. */
export function makesContainers({ decision }: DecidedReplica): boolean {
  return decision.action === 'create' || decision.action === 'replace' || decision.action === 'move';
}
