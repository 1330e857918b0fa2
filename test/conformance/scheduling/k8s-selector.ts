import {
  labelsFromLabelSelector,
  labelsFromText,
  matchesSelector,
  requirementErrors,
  requirementOperator,
  selectorFromLabelSelector,
  selectorFromLabels,
  selectorText,
} from '../../../src/model/kubernetes/selector.ts';
import { parseSelector } from '../../../src/model/kubernetes/selector-text.ts';
import type { Kind } from './case.ts';

const isValid = (requirement: { key: string; operator: string; values?: readonly string[] }) => {
  const operator = requirementOperator(requirement.operator);
  return (
    operator !== undefined &&
    requirementErrors({ key: requirement.key, operator, values: requirement.values ?? [] }).length === 0
  );
};

export const kinds: Record<string, Kind> = {
  parse: ({ selector }) => {
    const found = parseSelector(selector);
    return found ? { valid: true, canonical: selectorText(found) } : { valid: false };
  },
  match: ({ selector, labels }) => ({ match: matchesSelector(parseSelector(selector) ?? 'nothing', labels) }),
  'match-set': ({ matchLabels, labels }) => ({ match: matchesSelector(selectorFromLabels(matchLabels), labels) }),
  'requirement-valid': (input) => ({ valid: isValid(input) }),
  'matchlabels-valid': ({ matchLabels }) => ({ valid: selectorFromLabelSelector({ matchLabels }) !== undefined }),
  labelselector: ({ labelSelector }) => {
    const found = selectorFromLabelSelector(labelSelector);
    if (!found) return { error: true };
    if (found === 'nothing') return { nothing: true };
    return found.length === 0 ? { everything: true } : { selector: selectorText(found) };
  },
  'labelselector-to-map': ({ labelSelector }) => {
    const labels = labelsFromLabelSelector(labelSelector);
    return labels ? { labels } : { error: true };
  },
  'selector-to-map': ({ selector }) => {
    const labels = labelsFromText(selector);
    return labels ? { labels } : { error: true };
  },
};
