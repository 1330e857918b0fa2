import type { LabelSelector, NodeSelectorTerm, PodAffinityTerm, SelectorRequirement } from '../../model/desired.ts';
import type { Labels, Requirement, Selector } from '../../model/kubernetes/selector.ts';
import {
  matchesRequirement,
  matchesSelector,
  requirementErrors,
  requirementOperator,
  selectorFromLabelSelector,
} from '../../model/kubernetes/selector.ts';

/** A host as node selectors see it. */
export interface SelectableHost {
  readonly name: string;
  readonly labels: Labels;
}

/**
 * Node selector terms are ORed; what one term says is ANDed. An empty list and an empty term match nothing,
 * and so does a term with a requirement that is not valid.
 *
 * @see kubernetes core/v1 NodeSelector
 */
export function matchesNodeTerms(terms: readonly NodeSelectorTerm[], host: SelectableHost): boolean {
  return terms.some((term) => matchesNodeTerm(term, host));
}

export function matchesNodeTerm(term: NodeSelectorTerm, host: SelectableHost): boolean {
  if (term.matchExpressions.length === 0 && term.matchFields.length === 0) return false;
  const byLabel = term.matchExpressions.every((requirement) => holds(requirement, host.labels));
  return byLabel && term.matchFields.every((requirement) => holdsForField(requirement, host.name));
}

/** Is this requirement one that the API would accept? Numbers compare only with `Gt` and `Lt`. */
export function isValidRequirement(requirement: SelectorRequirement): boolean {
  const operator = requirementOperator(requirement.operator);
  return operator !== undefined && requirementErrors({ ...requirement, operator }).length === 0;
}

/** Field selectors know one field, the name, and compare it with exactly one value. */
export function isValidFieldRequirement({ key, operator, values }: SelectorRequirement): boolean {
  return key === 'metadata.name' && (operator === 'In' || operator === 'NotIn') && values.length === 1;
}

const READ = new WeakMap<SelectorRequirement, Requirement | 'invalid'>();

/** A requirement is asked of every host, and read once. */
function holds(requirement: SelectorRequirement, labels: Labels): boolean {
  let read = READ.get(requirement);
  if (!read) {
    const operator = requirementOperator(requirement.operator);
    read = operator && isValidRequirement(requirement) ? { ...requirement, operator } : 'invalid';
    READ.set(requirement, read);
  }
  return read !== 'invalid' && matchesRequirement(read, labels);
}

function holdsForField(requirement: SelectorRequirement, name: string): boolean {
  if (!isValidFieldRequirement(requirement)) return false;
  return requirement.values.includes(name) === (requirement.operator === 'In');
}

/** A pod selector read once and asked often; an invalid one matches nothing. */
export function podSelector(selector: LabelSelector | undefined): Selector {
  return selectorFromLabelSelector(selector) ?? 'nothing';
}

/** Whose pods a term speaks of: the namespaces it names, else that of the pod that carries it. */
export function termMatcher(
  term: PodAffinityTerm,
  ownNamespace: string,
): (pod: { readonly namespace: string; readonly labels: Labels }) => boolean {
  const selector = podSelector(term.labelSelector);
  const byLabel = term.namespaceSelector && podSelector(term.namespaceSelector);
  const namespaces = new Set(termNamespaces(term, ownNamespace));
  return (pod) => {
    const named =
      namespaces.has(pod.namespace) ||
      (byLabel !== undefined && matchesSelector(byLabel, { 'kubernetes.io/metadata.name': pod.namespace }));
    return named && matchesSelector(selector, pod.labels);
  };
}

/** The namespaces a term names. With a namespace selector and no names, only the selector counts. */
export function termNamespaces(term: PodAffinityTerm, ownNamespace: string): readonly string[] {
  if (term.namespaces.length > 0 || term.namespaceSelector) return term.namespaces;
  return [ownNamespace];
}
