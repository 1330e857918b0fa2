import type { LabelSelector, NodeSelectorTerm, PlacementRules, PodAffinityTerm } from '../../../src/model/desired.ts';
import { parseQuantity, quantityMilliValue, quantityValue } from '../../../src/model/kubernetes/quantity.ts';
import { selectorFromLabelSelector } from '../../../src/model/kubernetes/selector.ts';
import type { ReplicaDemand, SchedulingHost } from '../../../src/model/placement.ts';
import { CPU } from '../../../src/planner/placement/amounts.ts';
import {
  type PodAmounts,
  podRequests,
  resourceAmounts,
  scoredRequests,
} from '../../../src/planner/placement/pod-requests.ts';
import type { ReplicaClass } from '../../../src/planner/placement/replica-class.ts';
import { ClusterState } from '../../../src/planner/placement/state.ts';
import type { Json } from './case.ts';

export const NO_RULES: PlacementRules = {
  constraints: [],
  spreadOver: [],
  platforms: [],
  nodeSelector: {},
  nodeAffinity: { preferred: [] },
  podAffinity: { required: [], preferred: [] },
  podAntiAffinity: { required: [], preferred: [] },
  tolerations: [],
  topologySpread: [],
};

/** An API resource list in the scheduler's units; `pods` is not something a pod asks for. */
export function amountsOf(list: Json): Map<string, number> {
  const found = new Map<string, number>();
  for (const [resource, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(String(text));
    if (!quantity || resource === 'pods') continue;
    found.set(
      resource,
      resource === CPU ? Number(quantityMilliValue(quantity)) * 1e6 : Number(quantityValue(quantity)),
    );
  }
  return found;
}

export function podAmounts(spec: Json, list: 'requests' | 'limits' = 'requests'): PodAmounts {
  const of = (container: Json) => amountsOf(container.resources?.[list]);
  return {
    containers: (spec.containers ?? []).map(of),
    initContainers: (spec.initContainers ?? []).map((one: Json) => ({ amounts: of(one) })),
    overhead: spec.overhead ? amountsOf(spec.overhead) : undefined,
  };
}

export function demandOf(pod: Json): ReplicaDemand {
  const { metadata = {}, spec } = pod;
  const scored = resourceAmounts(scoredRequests(podAmounts(spec)));
  return {
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? {},
    resources: resourceAmounts(podRequests(podAmounts(spec))),
    scored: { cpus: scored.cpus ?? 0, memoryBytes: scored.memoryBytes ?? 0 },
    ports: (spec.containers ?? []).flatMap((one: Json) => (one.ports ?? []).map(portOf)),
    volumes: [],
    claimPrefixes: [],
    images: [],
    besideWorkloads: [],
    plugins: [],
    rules: rulesOf(spec),
    terminating: metadata.deletionTimestamp !== undefined,
  };
}

export function portOf(port: Json) {
  return { hostIp: port.hostIP, protocol: (port.protocol || 'TCP').toLowerCase(), port: port.hostPort ?? 0 };
}

export function rulesOf(spec: Json): PlacementRules {
  const { nodeAffinity, podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const required = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return {
    ...NO_RULES,
    nodeSelector: spec.nodeSelector ?? {},
    nodeAffinity: {
      ...(required ? { required: (required.nodeSelectorTerms ?? []).map(nodeTerm) } : {}),
      preferred: (nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(preferredNodeTerm),
    },
    podAffinity: podTerms(podAffinity),
    podAntiAffinity: podTerms(podAntiAffinity),
    tolerations: spec.tolerations ?? [],
    topologySpread: (spec.topologySpreadConstraints ?? []).map((one: Json) => ({
      ...one,
      labelSelector: labelSelector(one.labelSelector),
    })),
  };
}

export function nodeTerm(term: Json): NodeSelectorTerm {
  const requirements = (list: Json) => (list ?? []).map((one: Json) => ({ ...one, values: one.values ?? [] }));
  return { matchExpressions: requirements(term?.matchExpressions), matchFields: requirements(term?.matchFields) };
}

export function preferredNodeTerm({ weight, preference }: Json) {
  return { weight, term: nodeTerm(preference) };
}

function podTerms(rules: Json): PlacementRules['podAffinity'] {
  return {
    required: (rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(podTerm),
    preferred: (rules?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ weight, podAffinityTerm }: Json) => ({ weight, term: podTerm(podAffinityTerm) }),
    ),
  };
}

export function podTerm({ namespaces, labelSelector: selector, topologyKey }: Json): PodAffinityTerm {
  return { namespaces: namespaces ?? [], labelSelector: labelSelector(selector), topologyKey };
}

export function labelSelector(selector: Json): LabelSelector | undefined {
  if (!selector) return undefined;
  const matchExpressions = (selector.matchExpressions ?? []).map((one: Json) => ({ ...one, values: one.values ?? [] }));
  return { matchLabels: selector.matchLabels ?? {}, matchExpressions };
}

/** Pod affinity terms with a selector the API would refuse. */
export function hasInvalidTerm({ podAffinity, podAntiAffinity }: PlacementRules): boolean {
  const terms = [podAffinity, podAntiAffinity].flatMap(({ required, preferred }) => [
    ...required,
    ...preferred.map(({ term }) => term),
  ]);
  return terms.some((term) => selectorFromLabelSelector(term.labelSelector) === undefined);
}

export function hostOf(node: Json, pods: readonly Json[] = []): SchedulingHost {
  const { cpu, memory, 'ephemeral-storage': disk, pods: limit, ...generic } = node.allocatable ?? {};
  const basic = amountsOf({ cpu: cpu ?? 0, memory: memory ?? 0, 'ephemeral-storage': disk ?? 0 });
  return {
    name: node.name,
    hostname: node.name,
    engineId: node.name,
    role: 'worker',
    labels: node.labels ?? {},
    engineLabels: {},
    platform: { os: '', architecture: '' },
    availability: node.unschedulable ? 'cordoned' : 'active',
    taints: node.taints ?? [],
    capacity: {
      ...(resourceAmounts(basic) as { cpus: number; memoryBytes: number }),
      generic: Object.fromEntries(amountsOf(generic)),
      ...(limit === undefined ? {} : { pods: Number(limit) }),
    },
    foreign: { cpus: 0, memoryBytes: 0, generic: {}, replicas: 0, ports: [] },
    running: [],
    volumes: [],
    images: [],
    neighbours: pods.map(demandOf),
  };
}

export interface Cluster {
  readonly state: ClusterState;
  readonly cls: ReplicaClass;
}

/** The nodes with the existing pods on them, and the class of the incoming pod. */
export function clusterOf({ pod, nodes, existingPods = [] }: Json): Cluster {
  const on = (name: string) => existingPods.filter(({ spec }: Json) => spec.nodeName === name);
  const state = new ClusterState(nodes.map((node: Json) => hostOf(node, on(node.name))));
  return { state, cls: state.classOf(demandOf(pod), { workload: '' }) };
}
