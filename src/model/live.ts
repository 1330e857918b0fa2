import type { Protocol } from './desired.ts';
import type { HostEntry } from './inventory.ts';
import type { ContainerSpec } from './spec.ts';

/** What the hosts report now. A host that cannot be read is in `unreadable`, never an empty host. */
export interface LiveState {
  readonly hosts: readonly LiveHost[];
  readonly unreadable: readonly UnreadableHost[];
}

export interface UnreadableHost {
  readonly name: string;
  readonly reason: string;
  /** `host/ssh-auth`, `host/engine-down`, … */
  readonly code: string;
}

export interface LiveHost {
  readonly entry: HostEntry;
  readonly name: string;
  /** Name or address it was reached by; absent for a local socket. */
  readonly address?: string;
  readonly engine: EngineInfo;
  readonly containers: readonly LiveContainer[];
  readonly networks: readonly LiveNetwork[];
  readonly volumes: readonly LiveVolume[];
  readonly images: readonly LiveImage[];
  /** Cordon and drain marks kept on the hosts. */
  readonly marks: {
    readonly cordoned: boolean;
    readonly drained: boolean;
    readonly by?: string;
    readonly reason?: string;
  };
}

export interface EngineInfo {
  readonly id: string;
  readonly hostname: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly os: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly storageDriver: string;
  readonly runtimes: readonly string[];
  readonly swarm: {
    readonly state: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
    readonly nodeId?: string;
    readonly isManager: boolean;
    readonly clusterId?: string;
    readonly advertiseAddress?: string;
  };
  readonly liveRestore: boolean;
  readonly warnings: readonly string[];
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface LiveContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  /** Known for an exited container. */
  readonly exitCode?: number;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  /** The engine's words, e.g. `Up 5 minutes (healthy)`. */
  readonly status: string;
  readonly ports: readonly {
    readonly hostIp?: string;
    readonly hostPort?: number;
    readonly containerPort: number;
    readonly protocol: Protocol;
  }[];
  readonly networks: readonly {
    readonly name: string;
    readonly id: string;
    readonly ip?: string;
    /** The address it has whenever it runs. */
    readonly fixedIp?: string;
    readonly aliases?: readonly string[];
  }[];
  readonly mounts: readonly {
    readonly type: string;
    readonly name?: string;
    readonly source?: string;
    readonly target: string;
    readonly readOnly: boolean;
  }[];
  readonly networkMode: string;
  /** What it was created from, read back out of its label; absent for containers that are not ours. */
  readonly spec?: ContainerSpec;
  /** What the engine says it is, with image and engine defaults subtracted; only after an inspect (`--refresh`). */
  readonly inspected?: ContainerSpec;
  /** Limits and reservations of a container that is not ours, when inspected. */
  readonly reserved?: { readonly cpus?: number; readonly memoryBytes?: number };
  /** It does not have the names it shares with others: not yet, or it was about to stop. */
  readonly unnamed?: true;
  /** Taken over by `stowage import`: its identity labels come from a note on the host. */
  readonly adopted?: true;
}

export interface LiveNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly enableIpv6: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly subnets: readonly { readonly subnet?: string; readonly gateway?: string; readonly ipRange?: string }[];
  /** As of containers. */
  readonly adopted?: true;
}

export interface LiveVolume {
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly mountpoint?: string;
  /** As of containers. */
  readonly adopted?: true;
}

export interface LiveImage {
  readonly id: string;
  readonly tags: readonly string[];
  /** `repository@sha256:…` */
  readonly digests: readonly string[];
  readonly sizeBytes: number;
}
