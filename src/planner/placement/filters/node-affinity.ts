import type { NodeSelectorTerm, PlacementRules, SelectorRequirement } from '../../../model/desired.ts';
import type { SchedulingHost } from '../../../model/placement.ts';
import { matchesNodeTerms } from '../selectors.ts';
import { countReason, type Filter } from './filter.ts';

/** Does the host satisfy `nodeSelector` and the required node affinity? */
export function matchesNodeAffinity(rules: PlacementRules, host: SchedulingHost): boolean {
  return missingLabel(rules, host) === undefined && matchesRequired(rules, host);
}

/** Kubernetes `nodeSelector` and required node affinity. */
export const nodeAffinity: Filter = {
  name: 'node-affinity',
  dynamic: false,
  applies: ({ demand: { rules } }) =>
    rules.nodeAffinity.required !== undefined || Object.keys(rules.nodeSelector).length > 0,
  check: ({ cls }, { host }) => {
    const { rules } = cls.demand;
    const missing = missingLabel(rules, host);
    if (missing) return { filter: 'node-affinity', reason: `without label ${missing[0]}=${missing[1]}` };
    if (matchesRequired(rules, host)) return undefined;
    return { filter: 'node-affinity', reason: `not matching node affinity ${termsText(rules.nodeAffinity.required)}` };
  },
  explain: countReason,
};

function missingLabel({ nodeSelector }: PlacementRules, host: SchedulingHost): [string, string] | undefined {
  return Object.entries(nodeSelector).find(([key, value]) => host.labels[key] !== value);
}

function matchesRequired({ nodeAffinity: { required } }: PlacementRules, host: SchedulingHost): boolean {
  return required === undefined || matchesNodeTerms(required, host);
}

function termsText(terms: readonly NodeSelectorTerm[] = []): string {
  const texts = terms.map((term) => [...term.matchExpressions, ...term.matchFields].map(requirementText).join(' and '));
  return texts.length === 0 ? '(no term)' : texts.join(' or ');
}

function requirementText({ key, operator, values }: SelectorRequirement): string {
  return values.length === 0 ? `${key} ${operator}` : `${key} ${operator} ${values.join('|')}`;
}
