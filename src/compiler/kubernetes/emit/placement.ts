import type {
  NodeSelectorTerm,
  PlacementRules,
  PodAffinityRules,
  PodAffinityTerm,
  Workload,
} from '../../../model/desired.ts';
import type { JsonObject } from '../json.ts';
import type { Emission } from './context.ts';
import { clean } from './json.ts';
import { kubernetesName } from './names.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const HOSTNAME = 'kubernetes.io/hostname';

/** Where pods may run; Swarm's constraints become requirements on labels of nodes. */
export function emitPlacement(workload: Workload, to: Emission): JsonObject {
  const { placement } = workload;
  const own = { matchLabels: { 'app.kubernetes.io/name': kubernetesName(workload.id) } };
  const spread = placement.spreadOver.map((over) => ({
    maxSkew: 1,
    topologyKey: labelOf(over) ?? HOSTNAME,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: own,
  }));
  to.losses.addIf(
    (placement.maxPerHost ?? 1) > 1,
    workload.id,
    'max_replicas_per_node',
    'Kubernetes has one per node, or a spread',
  );
  return clean({
    nodeName: placement.hostName,
    nodeSelector: { ...placement.nodeSelector },
    affinity: clean({
      nodeAffinity: nodeAffinity(workload, to),
      podAffinity: podRules(placement.podAffinity),
      podAntiAffinity: antiAffinity(placement, own),
    }),
    tolerations: placement.tolerations.map((toleration) => clean({ ...toleration })),
    topologySpreadConstraints: [...placement.topologySpread.map((constraint) => clean({ ...constraint })), ...spread],
  });
}

function nodeAffinity({ id, placement }: Workload, to: Emission): JsonObject {
  const extra = placement.constraints.flatMap(({ key, operator, value }) => {
    const label = labelOf(key);
    if (label === undefined)
      to.losses.add(id, `the constraint ${key} ${operator} ${value}`, 'nodes have no such property');
    return label === undefined ? [] : [{ key: label, operator: operator === '==' ? 'In' : 'NotIn', values: [value] }];
  });
  const terms = (
    placement.nodeAffinity.required ?? (extra.length > 0 ? [{ matchExpressions: [], matchFields: [] }] : [])
  ).map((term) => {
    const { matchExpressions, matchFields } = termOf(term);
    return clean({ matchExpressions: [...((matchExpressions ?? []) as JsonObject[]), ...extra], matchFields });
  });
  return clean({
    [REQUIRED]: clean({ nodeSelectorTerms: terms }),
    [PREFERRED]: placement.nodeAffinity.preferred.map(({ weight, term }) => ({ weight, preference: termOf(term) })),
  });
}

function labelOf(key: string): string | undefined {
  if (key === 'node.hostname') return HOSTNAME;
  if (key === 'node.platform.os') return 'kubernetes.io/os';
  if (key === 'node.platform.arch') return 'kubernetes.io/arch';
  return /^(?:node|engine)\.labels\.(.+)$/.exec(key)?.[1];
}

function termOf(term: NodeSelectorTerm): JsonObject {
  return clean({
    matchExpressions: term.matchExpressions.map((requirement) => clean({ ...requirement })),
    matchFields: term.matchFields.map((requirement) => clean({ ...requirement })),
  });
}

function antiAffinity({ podAntiAffinity, maxPerHost }: PlacementRules, own: JsonObject): JsonObject {
  const rules = podRules(podAntiAffinity);
  if (maxPerHost !== 1) return rules;
  return {
    ...rules,
    [REQUIRED]: [...((rules[REQUIRED] ?? []) as JsonObject[]), { labelSelector: own, topologyKey: HOSTNAME }],
  };
}

function podRules(rules: PodAffinityRules): JsonObject {
  return clean({
    [REQUIRED]: rules.required.map(podTerm),
    [PREFERRED]: rules.preferred.map(({ weight, term }) => ({ weight, podAffinityTerm: podTerm(term) })),
  });
}

function podTerm({ labelSelector, namespaces, namespaceSelector, topologyKey }: PodAffinityTerm): JsonObject {
  return clean({
    labelSelector: labelSelector && clean({ ...labelSelector }),
    namespaces: [...namespaces],
    namespaceSelector,
    topologyKey,
  });
}
