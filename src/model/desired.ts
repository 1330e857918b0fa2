import type { Endpoint, Route } from './desired/endpoint.ts';
import type { DisruptionBudget, PlacementStrategy } from './desired/placement.ts';
import type { Network, Payload, Volume } from './desired/resource.ts';
import type { Workload } from './desired/workload.ts';

export type * from './desired/container.ts';
export type * from './desired/controllers.ts';
export type * from './desired/endpoint.ts';
export type * from './desired/env.ts';
export type * from './desired/mount.ts';
export type * from './desired/placement.ts';
export type * from './desired/pod.ts';
export type * from './desired/probe.ts';
export type * from './desired/resource.ts';
export type * from './desired/rollout.ts';
export type * from './desired/workload.ts';

/**
 * The desired state: what the compiler makes of the input files and the planner works on.
 * Plain, readonly, fully defaulted and engine-neutral. Units are in the names; a memory size is in
 * bytes, a duration in milliseconds or seconds as the name says, `cpus` in whole CPUs (0.5 is half of one).
 */
export interface DesiredState {
  readonly version: 1;
  readonly stack: string;
  readonly workloads: readonly Workload[];
  readonly endpoints: readonly Endpoint[];
  readonly routes: readonly Route[];
  readonly networks: readonly Network[];
  readonly volumes: readonly Volume[];
  readonly configs: readonly Payload[];
  readonly secrets: readonly Payload[];
  readonly disruptionBudgets: readonly DisruptionBudget[];
  readonly options: StackOptions;
}

/** Stack-wide choices from `x-stowage` or stowage.yaml. */
export interface StackOptions {
  readonly strategy: PlacementStrategy;
  /** Seed of the `random` strategy. */
  readonly seed?: string;
  /** Image of the container that holds a pod's namespaces. */
  readonly pauseImage?: string;
  /** Image with the tools of liveness probes. */
  readonly probeImage?: string;
  readonly gatewayImage?: string;
  readonly prune?: PruneOptions;
}

/** What becomes of images that older revisions used. */
export interface PruneOptions {
  /** Revisions with images of their own whose images stay on the hosts; 5 unless told. */
  readonly keep?: number;
  /** The last steps of an apply remove the images of those before. */
  readonly afterApply?: boolean;
}
