import type { EnvVar } from './env.ts';
import type { FileMount, Mount } from './mount.ts';
import type { HealthCheck, LifecycleHook, Probe } from './probe.ts';

export interface Container extends Isolation {
  readonly name: string;
  readonly image: string;
  readonly pullPolicy: 'always' | 'missing' | 'never' | 'build';
  /** Kept for `--build`; opaque to the planner. */
  readonly build?: Readonly<Record<string, unknown>>;
  /** Replaces the image's ENTRYPOINT (compose `entrypoint`, Kubernetes `command`). `[]` clears it. */
  readonly entrypoint?: readonly string[];
  /** Replaces the image's CMD (compose `command`, Kubernetes `args`). */
  readonly command?: readonly string[];
  readonly env: readonly EnvVar[];
  readonly workingDir?: string;
  readonly user?: string;
  readonly groupAdd: readonly string[];
  readonly mounts: readonly Mount[];
  readonly files: readonly FileMount[];
  readonly resources: Resources;
  readonly health?: HealthCheck;
  /** Kubernetes probes; `readiness` gates rollouts and names, `liveness` restarts, `startup` holds the others back. */
  readonly probes: { readonly readiness?: Probe; readonly liveness?: Probe; readonly startup?: Probe };
  /**
   * Run by the engine inside the container, as a health check; it ends the container that it finds dead, and says nothing
   * about readiness.
   */
  readonly aliveCheck?: HealthCheck;
  readonly hooks: { readonly postStart?: readonly LifecycleHook[]; readonly preStop?: readonly LifecycleHook[] };
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly stopSignal?: string;
  readonly init?: boolean;
  readonly tty: boolean;
  readonly stdinOpen: boolean;
  readonly readOnlyRoot: boolean;
  readonly privileged: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly securityOptions: readonly string[];
  readonly devices: readonly Device[];
  readonly deviceRequests: readonly DeviceRequest[];
  readonly deviceCgroupRules: readonly string[];
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  /** Only in `initContainers`: keeps running beside the main containers (Kubernetes native sidecar). */
  readonly sidecar?: boolean;
  /** Only in `initContainers`: has no network, and so needs nobody who holds the pod's namespaces. */
  readonly withoutNetwork?: boolean;
  /**
   * `$(NAME)` in entrypoint, command and environment values still stands for variables that differ from replica to
   * replica; `$$` is a `$`. They are replaced where a replica is specified.
   */
  readonly expandPerReplica?: boolean;
  /** Ports the image or the file declares, for named target ports and discovery; not published. */
  readonly ports: readonly ContainerPort[];
}

/** Namespaces, runtime and the like, given to the engine as they are. */
export interface Isolation {
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly ipc?: string;
  readonly pid?: string;
  readonly uts?: string;
  readonly usernsMode?: string;
  readonly cgroup?: string;
  readonly cgroupParent?: string;
  readonly isolation?: string;
  readonly runtime?: string;
  readonly shmSizeBytes?: number;
  readonly storageOptions?: Readonly<Record<string, string>>;
  readonly oomScoreAdj?: number;
  readonly oomKillDisable?: boolean;
}

export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
}

export type Protocol = 'tcp' | 'udp' | 'sctp';

export interface Resources {
  /** What the scheduler counts. */
  readonly reservations: ResourceAmounts;
  /** What the engine enforces. */
  readonly limits: ResourceAmounts & {
    readonly pids?: number;
    readonly memorySwapBytes?: number;
    readonly memorySwappiness?: number;
    readonly memoryReservationBytes?: number;
    readonly cpuShares?: number;
    readonly cpuPeriodMicros?: number;
    readonly cpuQuotaMicros?: number;
    readonly cpuRealtimePeriodMicros?: number;
    readonly cpuRealtimeRuntimeMicros?: number;
    readonly cpuSet?: string;
    readonly blkio?: Readonly<Record<string, unknown>>;
  };
}

export interface ResourceAmounts {
  readonly cpus?: number;
  readonly memoryBytes?: number;
  readonly ephemeralStorageBytes?: number;
  /** Countable resources by name: `gpu`, `nvidia.com/gpu`, Swarm generic resources. */
  readonly generic?: Readonly<Record<string, number>>;
}

export interface Device {
  readonly source: string;
  readonly target: string;
  readonly permissions: string;
}

export interface DeviceRequest {
  readonly driver?: string;
  /** −1 is all. */
  readonly count?: number;
  readonly deviceIds?: readonly string[];
  readonly capabilities: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}
