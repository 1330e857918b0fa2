/** replica → host, with the reasons. */
export interface Placement {
  /** Workload id. */
  readonly workload: string;
  readonly ordinal: number;
  readonly host: string;
  /** Short, for people: "runs there already", "fewest replicas", … */
  readonly reason: string;
}

/** Why a replica found no host: refusals counted per filter, hosts named. */
export interface Unplaced {
  readonly workload: string;
  readonly ordinal: number;
  /** "0 of 5 hosts: 3 without label disk=ssd, 2 short of 512 MiB" */
  readonly summary: string;
  readonly refusals: readonly { readonly host: string; readonly filter: string; readonly reason: string }[];
  /** The smallest change that would fit, when one is known. */
  readonly suggestion?: string;
}

/** A host as the scheduler sees it. */
export interface SchedulingHost {
  readonly name: string;
  readonly hostname: string;
  readonly engineId: string;
  readonly address?: string;
  readonly role: 'manager' | 'worker';
  readonly labels: Readonly<Record<string, string>>;
  readonly engineLabels: Readonly<Record<string, string>>;
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly availability: 'active' | 'cordoned' | 'drained' | 'unreachable';
  readonly taints: readonly {
    readonly key: string;
    readonly value?: string;
    readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  }[];
  readonly capacity: {
    readonly cpus: number;
    readonly memoryBytes: number;
    readonly ephemeralStorageBytes?: number;
    readonly generic: Readonly<Record<string, number>>;
    readonly pods?: number;
  };
  /** What runs there and is not part of this stack: its reservations, and the host ports it holds. */
  readonly foreign: {
    readonly cpus: number;
    readonly memoryBytes: number;
    readonly generic: Readonly<Record<string, number>>;
    readonly replicas: number;
    readonly ports: readonly { readonly hostIp?: string; readonly protocol: string; readonly port: number }[];
  };
  /** Replicas of this stack that run there now. */
  readonly running: readonly { readonly workload: string; readonly ordinal: number }[];
  /** Engine names of the volumes with data there. */
  readonly volumes: readonly string[];
  /** Image references and digests present. */
  readonly images: readonly string[];
}
