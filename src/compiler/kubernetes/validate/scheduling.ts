import { dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from '../../../model/kubernetes/names.ts';
import type { Affinity, NodeSelectorTerm, PodAffinityTerm, Toleration, TopologySpread } from '../api.ts';
import type { Findings } from '../findings.ts';
import type { FieldPath } from '../path.ts';
import { validateLabelSelector } from './metadata.ts';
import { checkName, checkOneOf, checkRange, checkRequired } from './values.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateAffinity(affinity: Affinity | undefined, path: FieldPath, findings: Findings): void {
  const node = affinity?.nodeAffinity;
  const nodePath = path.child('nodeAffinity');
  if (node?.[REQUIRED]) validateNodeSelector(node[REQUIRED], nodePath.child(REQUIRED), findings);
  (node?.[PREFERRED] ?? []).forEach((term, i) => {
    const at = nodePath.child(PREFERRED).index(i);
    checkRange(term.weight ?? 0, 1, 100, at.child('weight'), findings);
    validateNodeSelectorTerm(term.preference ?? {}, at.child('preference'), findings);
  });
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const rules = affinity?.[kind];
    (rules?.[REQUIRED] ?? []).forEach((term, i) => {
      validatePodAffinityTerm(term, path.child(kind, REQUIRED).index(i), findings);
    });
    (rules?.[PREFERRED] ?? []).forEach((term, i) => {
      const at = path.child(kind, PREFERRED).index(i);
      checkRange(term.weight ?? 0, 1, 100, at.child('weight'), findings);
      validatePodAffinityTerm(term.podAffinityTerm ?? {}, at.child('podAffinityTerm'), findings);
    });
  }
}

export function validateNodeSelector(
  selector: { nodeSelectorTerms?: NodeSelectorTerm[] },
  path: FieldPath,
  findings: Findings,
): void {
  const terms = selector.nodeSelectorTerms ?? [];
  const at = path.child('nodeSelectorTerms');
  if (terms.length === 0) findings.required(at, 'there must be at least one term');
  terms.forEach((term, i) => {
    validateNodeSelectorTerm(term, at.index(i), findings);
  });
}

function validateNodeSelectorTerm(term: NodeSelectorTerm, path: FieldPath, findings: Findings): void {
  (term.matchExpressions ?? []).forEach((requirement, i) => {
    validateNodeRequirement(requirement, path.child('matchExpressions').index(i), findings);
  });
  (term.matchFields ?? []).forEach((requirement, i) => {
    validateFieldRequirement(requirement, path.child('matchFields').index(i), findings);
  });
}

interface Requirement {
  key?: string;
  operator?: string;
  values?: string[];
}

function validateNodeRequirement(
  { key, operator, values = [] }: Requirement,
  path: FieldPath,
  findings: Findings,
): void {
  if (operator === 'In' || operator === 'NotIn') checkRequired(values, path.child('values'), findings);
  else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) findings.forbidden(path.child('values'), 'Exists and DoesNotExist take no values');
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) findings.required(path.child('values'), 'Gt and Lt take exactly one value');
  } else {
    findings.invalid(path.child('operator'), {
      detail: `\`${operator ?? ''}\` is no operator`,
      fix: 'write In, NotIn, Exists, DoesNotExist, Gt or Lt',
    });
  }
  checkName(qualifiedName, key ?? '', path.child('key'), findings);
}

function validateFieldRequirement(
  { key, operator, values = [] }: Requirement,
  path: FieldPath,
  findings: Findings,
): void {
  if (operator !== 'In' && operator !== 'NotIn')
    findings.invalid(path.child('operator'), 'fields take In and NotIn only');
  else if (values.length !== 1) findings.required(path.child('values'), 'exactly one value is needed');
  if (key !== 'metadata.name') findings.invalid(path.child('key'), 'the only field is metadata.name');
  else {
    values.forEach((value, i) => {
      checkName(dns1123Subdomain, value, path.child('values').index(i), findings);
    });
  }
}

/** The server reports a bad selector under `matchExpressions`. */
function validatePodAffinityTerm(term: PodAffinityTerm, path: FieldPath, findings: Findings): void {
  validateLabelSelector(term.labelSelector, path.child('matchExpressions'), findings);
  for (const name of term.namespaces ?? []) checkName(dns1123Label, name, path.child('namespace'), findings);
  if (!term.topologyKey) findings.required(path.child('topologyKey'));
  else checkName(qualifiedName, term.topologyKey, path.child('topologyKey'), findings);
}

export function validateTolerations(tolerations: readonly Toleration[], path: FieldPath, findings: Findings): void {
  tolerations.forEach(({ key, operator, value, effect, tolerationSeconds }, i) => {
    const at = path.index(i);
    if (key) checkName(qualifiedName, key, at.child('key'), findings);
    else if (operator !== 'Exists') findings.invalid(at.child('operator'), 'without a key it must be Exists');
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      findings.invalid(at.child('effect'), 'with tolerationSeconds it must be NoExecute');
    }
    if (operator === undefined || operator === 'Equal') {
      checkName(labelValue, value ?? '', at.child('operator'), findings);
    } else if (operator === 'Exists') {
      if (value) findings.invalid(at.child('operator'), 'Exists takes no value');
    } else checkOneOf(operator, ['Equal', 'Exists'], at.child('operator'), findings);
    if (effect) checkOneOf(effect, EFFECTS, at.child('effect'), findings);
  });
}

export function validateTopologySpread(
  constraints: readonly TopologySpread[],
  path: FieldPath,
  findings: Findings,
): void {
  const pairs = new Set<string>();
  constraints.forEach(({ maxSkew = 0, topologyKey, whenUnsatisfiable }, i) => {
    const at = path.index(i);
    if (maxSkew <= 0) findings.invalid(at.child('maxSkew'), `${maxSkew} must be greater than 0`);
    checkRequired(topologyKey, at.child('topologyKey'), findings);
    checkOneOf(whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway'], at.child('whenUnsatisfiable'), findings);
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (pairs.has(pair)) findings.duplicate(at.child('{topologyKey, whenUnsatisfiable}'), pair);
    pairs.add(pair);
  });
}
