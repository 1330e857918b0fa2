import type { IntOrPercent } from './rollout.ts';

export type PlacementStrategy = 'spread' | 'binpack' | 'random';

/** Where replicas may and should run; the union of what Swarm and Kubernetes can say. */
export interface PlacementRules {
  /** Swarm expressions, parsed; all must hold. */
  readonly constraints: readonly Constraint[];
  /** Swarm spread preferences in order, e.g. `node.labels.zone`. */
  readonly spreadOver: readonly string[];
  readonly maxPerHost?: number;
  /** Only hosts with these os/arch pairs; empty is any. */
  readonly platforms: readonly { readonly os?: string; readonly architecture?: string }[];
  readonly hostName?: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly nodeAffinity: {
    /** Terms are ORed; absent is no requirement; an empty list matches nothing. */
    readonly required?: readonly NodeSelectorTerm[];
    readonly preferred: readonly { readonly weight: number; readonly term: NodeSelectorTerm }[];
  };
  readonly podAffinity: PodAffinityRules;
  readonly podAntiAffinity: PodAffinityRules;
  readonly tolerations: readonly Toleration[];
  readonly topologySpread: readonly TopologySpread[];
  /** Per-workload choice over `StackOptions.strategy`. */
  readonly strategy?: PlacementStrategy;
  readonly seed?: string;
}

export interface Constraint {
  /** `node.labels.ssd`, `node.hostname`, `node.platform.os`, `engine.labels.x`, … */
  readonly key: string;
  readonly operator: '==' | '!=';
  readonly value: string;
}

export interface SelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

export interface NodeSelectorTerm {
  readonly matchExpressions: readonly SelectorRequirement[];
  readonly matchFields: readonly SelectorRequirement[];
}

/** Absent matches nothing; an empty one matches everything. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly SelectorRequirement[];
}

export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  /** Empty is the namespace of the pod that carries the term. */
  readonly namespaces: readonly string[];
  readonly namespaceSelector?: LabelSelector;
  readonly topologyKey: string;
}

export interface PodAffinityRules {
  readonly required: readonly PodAffinityTerm[];
  readonly preferred: readonly { readonly weight: number; readonly term: PodAffinityTerm }[];
}

export interface Toleration {
  readonly key?: string;
  readonly operator: 'Equal' | 'Exists';
  readonly value?: string;
  readonly effect?: TaintEffect;
  readonly tolerationSeconds?: number;
}

export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

export interface TopologySpread {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
}

export interface DisruptionBudget {
  readonly id: string;
  readonly workloads: readonly string[];
  readonly minAvailable?: IntOrPercent;
  readonly maxUnavailable?: IntOrPercent;
}
