import type {
  PodAffinityTerm as DesiredPodTerm,
  LabelSelector as DesiredSelector,
  NodeSelectorTerm as DesiredTerm,
  PlacementRules,
  PodAffinityRules,
  SelectorRequirement,
  TaintEffect,
} from '../../../model/desired.ts';
import type { LabelSelector, NodeSelectorTerm, PodAffinityTerm, PodSpec } from '../api.ts';
import { present, strings } from './ids.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/**
 * Where the pods may run.
 *
 * @param volumeTerms node terms of the local volumes that the pod mounts; each list must hold as well
 */
export function placementOf(spec: PodSpec, volumeTerms: readonly (readonly DesiredTerm[])[]): PlacementRules {
  const node = spec.affinity?.nodeAffinity;
  const required = node?.[REQUIRED]?.nodeSelectorTerms?.map(termOf);
  const terms = [...(required ? [required] : []), ...volumeTerms];
  return {
    constraints: [],
    spreadOver: [],
    platforms: [],
    nodeSelector: strings(spec.nodeSelector),
    nodeAffinity: {
      ...present({ required: terms.length > 0 ? terms.reduce(combine) : undefined }),
      preferred: (node?.[PREFERRED] ?? []).map(({ weight = 1, preference = {} }) => ({
        weight,
        term: termOf(preference),
      })),
    },
    podAffinity: podRulesOf(spec.affinity?.podAffinity),
    podAntiAffinity: podRulesOf(spec.affinity?.podAntiAffinity),
    tolerations: (spec.tolerations ?? []).map(({ key, operator, value, effect, tolerationSeconds }) => ({
      operator: operator === 'Exists' ? 'Exists' : 'Equal',
      ...present({ key, value, effect: effect as TaintEffect | undefined, tolerationSeconds }),
    })),
    topologySpread: (spec.topologySpreadConstraints ?? []).map((spread) => ({
      maxSkew: spread.maxSkew ?? 1,
      topologyKey: spread.topologyKey ?? '',
      whenUnsatisfiable: spread.whenUnsatisfiable === 'ScheduleAnyway' ? 'ScheduleAnyway' : 'DoNotSchedule',
      ...present({
        labelSelector: spread.labelSelector && selectorOf(spread.labelSelector),
        minDomains: spread.minDomains,
      }),
    })),
    ...present({ hostName: spec.nodeName }),
  };
}

/** Terms of a list are alternatives; two lists must both hold. */
function combine(a: readonly DesiredTerm[], b: readonly DesiredTerm[]): DesiredTerm[] {
  return a.flatMap((x) =>
    b.map((y) => ({
      matchExpressions: [...x.matchExpressions, ...y.matchExpressions],
      matchFields: [...x.matchFields, ...y.matchFields],
    })),
  );
}

export function termOf(term: NodeSelectorTerm): DesiredTerm {
  return {
    matchExpressions: (term.matchExpressions ?? []).map(requirementOf),
    matchFields: (term.matchFields ?? []).map(requirementOf),
  };
}

function requirementOf({
  key = '',
  operator,
  values,
}: {
  key?: string;
  operator?: string;
  values?: string[];
}): SelectorRequirement {
  return { key, operator: (operator ?? 'In') as SelectorRequirement['operator'], values: values ?? [] };
}

export function selectorOf(selector: LabelSelector): DesiredSelector {
  return {
    matchLabels: strings(selector.matchLabels),
    matchExpressions: (selector.matchExpressions ?? []).map(requirementOf),
  };
}

function podRulesOf(
  rules: NonNullable<PodSpec['affinity']>['podAffinity'] | NonNullable<PodSpec['affinity']>['podAntiAffinity'],
): PodAffinityRules {
  return {
    required: (rules?.[REQUIRED] ?? []).map(podTermOf),
    preferred: (rules?.[PREFERRED] ?? []).map(({ weight = 1, podAffinityTerm = {} }) => ({
      weight,
      term: podTermOf(podAffinityTerm),
    })),
  };
}

function podTermOf(term: PodAffinityTerm): DesiredPodTerm {
  return {
    namespaces: term.namespaces ?? [],
    topologyKey: term.topologyKey ?? '',
    ...present({
      labelSelector: term.labelSelector && selectorOf(term.labelSelector),
      namespaceSelector: term.namespaceSelector && selectorOf(term.namespaceSelector),
    }),
  };
}
