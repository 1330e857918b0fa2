/** What happens to one resource. */
export type ChangeAction = 'create' | 'update' | 'replace' | 'delete' | 'adopt' | 'move' | 'no-op';

export type ResourceKind =
  | 'network'
  | 'volume'
  | 'config'
  | 'secret'
  | 'image'
  | 'folder'
  | 'replica'
  | 'gateway'
  | 'swarm'
  | 'host';

export interface Change {
  readonly action: ChangeAction;
  readonly kind: ResourceKind;
  /** Resource id: `web.1` for a replica, network id, … */
  readonly resource: string;
  /** Absent for resources that are not on one host (overlay networks). */
  readonly host?: string;
  /** Workload the change is grouped under. */
  readonly workload?: string;
  readonly differences: readonly Difference[];
  /** One line for the reviewer: "image changed web:1 → web:2". */
  readonly cause: string;
  /** Data is lost when this runs. */
  readonly destructive?: boolean;
}

/** Who made a difference: three-way between file, last applied and live. */
export type Attribution = 'your change' | 'changed on the host' | 'tag moved' | 'new' | 'placement';

export interface Difference {
  /** Attribute path, e.g. `image`, `env.LOG_LEVEL`, `resources.memoryBytes`. */
  readonly path: string;
  /** Rendered values; absent where the attribute is not set. Sensitive values are digests. */
  readonly from?: unknown;
  readonly to?: unknown;
  readonly attribution: Attribution;
  /** True when the engine cannot change it in place. */
  readonly forcesReplace: boolean;
}
