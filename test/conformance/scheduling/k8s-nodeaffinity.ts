import { requirementErrors, requirementOperator, selectorText } from '../../../src/model/kubernetes/selector.ts';
import { hostName } from '../../../src/planner/placement/filters/host-name.ts';
import { nodeAffinity } from '../../../src/planner/placement/filters/node-affinity.ts';
import { preferredNodes, preferredWeight } from '../../../src/planner/placement/scores/node-affinity.ts';
import {
  isValidFieldRequirement,
  isValidRequirement,
  matchesNodeTerms,
} from '../../../src/planner/placement/selectors.ts';
import type { Json, Kind } from './case.ts';
import { clusterOf, demandOf, hostOf, NO_RULES, nodeTerm, preferredNodeTerm } from './kubernetes.ts';
import { fits, scores } from './verdicts.ts';

const hasInvalid = (terms: readonly ReturnType<typeof nodeTerm>[]) =>
  terms.some(
    (term) => !term.matchExpressions.every(isValidRequirement) || !term.matchFields.every(isValidFieldRequirement),
  );

export const kinds: Record<string, Kind> = {
  filter: ({ pod, node }) => ({ fits: fits([nodeAffinity], clusterOf({ pod, nodes: [node] })) }),
  score: (input) => ({ scores: scores(preferredNodes, clusterOf(input)) }),
  'nodeselector-match': ({ nodeSelector, node }) => {
    const terms = (nodeSelector?.nodeSelectorTerms ?? []).map(nodeTerm);
    if (hasInvalid(terms)) return { error: true };
    return { match: node !== null && matchesNodeTerms(terms, hostOf(node)) };
  },
  'preferred-terms-score': ({ preferredTerms, node }) => {
    const preferred = (preferredTerms ?? []).map(preferredNodeTerm);
    if (hasInvalid(preferred.filter(({ weight }: Json) => weight !== 0).map(({ term }: Json) => term)))
      return { error: true };
    const demand = demandOf({ spec: {} });
    return {
      rawScore: preferredWeight({ ...demand, rules: { ...NO_RULES, nodeAffinity: { preferred } } }, hostOf(node)),
    };
  },
  'requirements-as-selector': ({ matchExpressions }) => {
    if ((matchExpressions ?? []).length === 0) return { nothing: true };
    const requirements = matchExpressions.map(({ key, operator, values }: Json) => ({
      key,
      operator: requirementOperator(operator),
      values: values ?? [],
    }));
    const invalid = requirements.some((one: Json) => !one.operator || requirementErrors(one).length > 0);
    return invalid ? { error: true } : { selector: selectorText(requirements) };
  },
  nodename: ({ pod, node }) => {
    const { state } = clusterOf({ pod, nodes: [node] });
    const demand = demandOf(pod);
    const rules = { ...demand.rules, hostName: pod.spec.nodeName || undefined };
    return { fits: fits([hostName], { state, cls: state.classOf({ ...demand, rules }, { workload: '' }) }) };
  },
};
