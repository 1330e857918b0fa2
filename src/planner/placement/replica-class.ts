import type { PodAffinityTerm, TopologySpread } from '../../model/desired.ts';
import type { Selector } from '../../model/kubernetes/selector.ts';
import type { ReplicaDemand } from '../../model/placement.ts';
import { ASSUMED, amounts, BASIC, nanoCpus } from './amounts.ts';
import { labelKeys, selectorKeys, workloadKey } from './key-index.ts';
import { podSelector, termMatcher } from './selectors.ts';

/** What placing needs to know of a replica. All replicas of a workload that ask for the same share one class. */
export interface ReplicaClass {
  readonly id: number;
  /** Workload id; empty for replicas of others. */
  readonly workload: string;
  readonly namespace: string;
  /** What it is found by: its workload and its labels. */
  readonly keys: readonly string[];
  readonly demand: ReplicaDemand;
  readonly requests: ReadonlyMap<string, number>;
  /** Anything asked for: only then are amounts compared. */
  readonly reserves: boolean;
  /** Billionths of a CPU and bytes that scoring assumes. */
  readonly scored: { readonly cpus: number; readonly memoryBytes: number };
  readonly affinity: CompiledTerms;
  readonly antiAffinity: CompiledTerms;
  readonly spread: readonly CompiledSpread[];
  /** Workloads that count as one with this one for spreading. */
  readonly peers: ReadonlySet<string>;
  /** Pod selectors that say the same for pods whose workload is not known (Services and owners of Kubernetes). */
  readonly peerSelectors: readonly Selector[];
}

export interface CompiledTerms {
  readonly required: readonly CompiledTerm[];
  readonly preferred: readonly { readonly weight: number; readonly term: CompiledTerm }[];
}

export interface CompiledTerm {
  /** Equal for terms that say the same. */
  readonly signature: string;
  readonly topologyKey: string;
  /** As of `selectorKeys`. */
  readonly keys: readonly string[] | undefined;
  readonly matches: (pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }) => boolean;
}

export interface CompiledSpread {
  readonly rule: TopologySpread;
  readonly selector: Selector;
}

export interface ClassIdentity {
  readonly id: number;
  readonly workload: string;
  readonly peers?: readonly string[];
  readonly peerSelectors?: readonly Selector[];
}

export function replicaClass(demand: ReplicaDemand, identity: ClassIdentity): ReplicaClass {
  const namespace = demand.namespace ?? 'default';
  const { rules, resources } = demand;
  const compile = (term: PodAffinityTerm): CompiledTerm => ({
    signature: JSON.stringify([namespace, term]),
    topologyKey: term.topologyKey,
    keys: selectorKeys(podSelector(term.labelSelector)),
    matches: termMatcher(term, namespace),
  });
  const terms = ({ required, preferred }: ReplicaDemand['rules']['podAffinity']): CompiledTerms => ({
    required: required.map(compile),
    preferred: preferred.map(({ weight, term }) => ({ weight, term: compile(term) })),
  });
  const requests = amounts(resources);
  return {
    id: identity.id,
    workload: identity.workload,
    namespace,
    keys: [workloadKey(identity.workload), ...labelKeys(demand.labels)],
    demand,
    requests,
    reserves: [...requests].some(([resource, amount]) => amount > 0 || !BASIC.includes(resource)),
    scored: {
      cpus: nanoCpus(demand.scored?.cpus ?? resources.cpus ?? ASSUMED.cpus),
      memoryBytes: demand.scored?.memoryBytes ?? resources.memoryBytes ?? ASSUMED.memoryBytes,
    },
    affinity: terms(rules.podAffinity),
    antiAffinity: terms(rules.podAntiAffinity),
    spread: rules.topologySpread.map((rule) => ({ rule, selector: podSelector(rule.labelSelector) })),
    peers: new Set([identity.workload, ...(identity.peers ?? [])]),
    peerSelectors: identity.peerSelectors ?? [],
  };
}
