import type { PlacementRules, PlacementStrategy, Protocol, ResourceAmounts, WorkloadKind } from './desired.ts';

/** replica → host, with the reasons. */
export interface Placement {
  /** Workload id. */
  readonly workload: string;
  readonly ordinal: number;
  readonly host: string;
  /** Short, for people: "runs there already", "fewest replicas", … */
  readonly reason: string;
  /** Where it runs now, when that is another host. */
  readonly from?: string;
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
  /** Where it runs now and may not stay. */
  readonly from?: string;
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
  readonly running: readonly RunningReplica[];
  /** Engine names of the volumes with data there. */
  readonly volumes: readonly string[];
  /** Image references and digests present. */
  readonly images: readonly string[];
  /** Replicas of other stacks whose labels and rules are known; not counted in `foreign`. */
  readonly neighbours?: readonly ReplicaDemand[];
  /** Engine plugins, `Volume/name`, `Network/name`, `Log/name`; absent is unknown, and nothing is refused for it. */
  readonly plugins?: readonly string[];
  /** Recent failures by workload; a host with five or more comes last. */
  readonly recentFailures?: Readonly<Record<string, number>>;
}

/** A replica of this stack as it runs now. */
export interface RunningReplica {
  readonly workload: string;
  readonly ordinal: number;
  /** What it takes now; absent is what its workload asks for. */
  readonly demand?: ReplicaDemand;
  /** The plan will replace it, so that a cordoned or tainted host does not get it again. */
  readonly outdated?: boolean;
  readonly ready?: boolean;
  /** Why it may not be moved, even off a drained host. */
  readonly stays?: string;
}

/** What one replica takes of its host, and the rules for which host that may be. */
export interface ReplicaDemand {
  /** Kubernetes namespace, for the pod selectors of others; absent is `default`. */
  readonly namespace?: string;
  /** Pod labels, for the pod selectors of others. */
  readonly labels: Readonly<Record<string, string>>;
  readonly resources: ResourceAmounts;
  /** What scoring assumes for a replica that reserves nothing; absent is `resources`. */
  readonly scored?: { readonly cpus: number; readonly memoryBytes: number };
  readonly ports: readonly HostPort[];
  /** Engine names of the volumes that live on one host and are shared by all replicas. */
  readonly volumes: readonly string[];
  /** Volumes with one instance per ordinal: the engine name less the ordinal at its end. */
  readonly claimPrefixes: readonly string[];
  readonly images: readonly string[];
  /** Workloads of which a replica must run on the same host (shared network namespace, `volumes_from`). */
  readonly besideWorkloads: readonly string[];
  /** Engine plugins it needs, as in `SchedulingHost.plugins`. */
  readonly plugins: readonly string[];
  readonly rules: PlacementRules;
  /** Terminating replicas do not count for topology spread. */
  readonly terminating?: boolean;
}

export interface HostPort {
  readonly hostIp?: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** One workload to place. */
export interface WorkloadDemand extends ReplicaDemand {
  readonly id: string;
  readonly kind: WorkloadKind;
  /** Ignored for `daemon`. */
  readonly replicas: number;
  readonly firstOrdinal: number;
  /** Whose way of choosing among the hosts that passed: Swarm's spread tree, or kube-scheduler's weighted scores. */
  readonly profile: 'swarm' | 'kubernetes';
  /** Workloads that count as one for spreading (behind the same endpoint); absent is the workload alone. */
  readonly peers?: readonly string[];
}

export interface PlacementRequest {
  readonly hosts: readonly SchedulingHost[];
  readonly workloads: readonly WorkloadDemand[];
  readonly strategy: PlacementStrategy;
  readonly seed?: string;
}

export interface PlacementResult {
  /** Sorted by workload, then ordinal. */
  readonly placements: readonly Placement[];
  readonly unplaced: readonly Unplaced[];
  /** Running replicas that are no longer wanted where they are, and go. */
  readonly removed: readonly Placement[];
}

/** How full a host gets while a plan runs. Amounts count everything on it. */
export interface HostPeak {
  readonly host: string;
  /** When the plan is done. */
  readonly atRest: ResourceAmounts;
  /** At the worst moment of the rollout. */
  readonly peak: ResourceAmounts;
}

/** A host that is large enough at rest and not at the worst moment of the rollout. */
export interface PeakProblem {
  readonly host: string;
  readonly resource: string;
  /** "short of 512 MiB while web and api are replaced" */
  readonly summary: string;
  /** The smallest change that would fit: "parallelism: 1 for web", "order: stop-first for web", "512 MiB more on web-2". */
  readonly suggestion: string;
}

/** Why a workload's replicas are where they are: `plan --explain`. */
export interface PlacementExplanation {
  readonly workload: string;
  readonly replicas: readonly { readonly ordinal: number; readonly host?: string; readonly reason: string }[];
  /** The verdict on the replica a host has, else on one more, host by host, sorted by name. */
  readonly hosts: readonly HostVerdict[];
}

export interface HostVerdict {
  readonly host: string;
  readonly fits: boolean;
  readonly replicas: number;
  /** Every filter that refuses, in the order they are asked. */
  readonly refusals: readonly { readonly filter: string; readonly reason: string }[];
  /** 0–100 by score, weight included in `total`; empty when the host does not fit. */
  readonly scores: readonly { readonly score: string; readonly value: number; readonly weight: number }[];
  readonly total: number;
}

/** One move `plan --rebalance` proposes, and what it gains. */
export interface RebalanceMove {
  readonly workload: string;
  readonly ordinal: number;
  readonly from: string;
  readonly to: string;
  /** "web: at most 2 on one host instead of 3; memory reserved on web-1 91 % → 72 %" */
  readonly gain: string;
}
