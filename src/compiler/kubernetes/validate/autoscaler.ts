import { parseQuantity } from '../../../model/kubernetes/quantity.ts';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerV1,
  MetricSpec,
  MetricTarget,
  ScalingRules,
} from '../api.ts';
import type { Findings } from '../findings.ts';
import { FieldPath } from '../path.ts';
import { pathSegment } from './metadata.ts';
import { isPositive } from './resources.ts';
import { checkName, checkNotNegative, checkOneOf, checkRequired } from './values.ts';

const SPEC = FieldPath.root('spec');
const SOURCES: Readonly<Record<string, 'object' | 'pods' | 'resource' | 'external' | 'containerResource'>> = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  External: 'external',
  ContainerResource: 'containerResource',
};

interface Bounds {
  minReplicas?: number;
  maxReplicas?: number;
  scaleTargetRef?: { kind?: string; name?: string };
}

export function validateBounds(spec: Bounds, findings: Findings): void {
  const { minReplicas = 1, maxReplicas = 0, scaleTargetRef = {} } = spec;
  if (minReplicas < 1) findings.invalid(SPEC.child('minReplicas'), `${minReplicas} must be 1 or more`);
  if (maxReplicas < 1) findings.invalid(SPEC.child('maxReplicas'), `${maxReplicas} must be greater than 0`);
  if (maxReplicas < minReplicas)
    findings.invalid(SPEC.child('maxReplicas'), `${maxReplicas} must not be below minReplicas`);
  validateReference(scaleTargetRef, SPEC.child('scaleTargetRef'), findings);
}

function validateReference(reference: { kind?: string; name?: string }, path: FieldPath, findings: Findings): void {
  for (const field of ['kind', 'name'] as const) {
    if (checkRequired(reference[field], path.child(field), findings)) {
      checkName(pathSegment, reference[field] ?? '', path.child(field), findings);
    }
  }
}

export function validateAutoscalerV1({ spec = {} }: HorizontalPodAutoscalerV1, findings: Findings): void {
  validateBounds(spec, findings);
  const percent = spec.targetCPUUtilizationPercentage;
  if (percent !== undefined && percent < 1) {
    const path = SPEC.child('metrics').index(0).child('resource', 'target', 'averageUtilization');
    findings.invalid(path, `targetCPUUtilizationPercentage ${percent} must be greater than 0`);
  }
}

export function validateAutoscaler({ spec = {} }: HorizontalPodAutoscaler, findings: Findings): void {
  validateBounds(spec, findings);
  (spec.metrics ?? []).forEach((metric, i) => {
    validateMetric(metric, SPEC.child('metrics').index(i), findings);
  });
  const behavior = SPEC.child('behavior');
  validateRules(spec.behavior?.scaleUp, behavior.child('scaleUp'), findings);
  validateRules(spec.behavior?.scaleDown, behavior.child('scaleDown'), findings);
}

function validateMetric(metric: MetricSpec, path: FieldPath, findings: Findings): void {
  if (!metric.type) findings.required(path.child('type'));
  else checkOneOf(metric.type, Object.keys(SOURCES).sort(), path.child('type'), findings);
  const expected = SOURCES[metric.type ?? ''];
  if (expected && !metric[expected]) findings.required(path.child(expected), `a metric of type ${metric.type} has it`);
  for (const name of Object.values(SOURCES)) {
    if (expected && name !== expected && metric[name]) {
      findings.forbidden(path.child(name), `a metric of type ${metric.type} does not have it`);
    }
  }
  validateSources(metric, path, findings);
}

function validateSources(metric: MetricSpec, path: FieldPath, findings: Findings): void {
  const { object, pods, external } = metric;
  for (const name of ['resource', 'containerResource'] as const) {
    const source = metric[name];
    if (!source) continue;
    checkRequired(source.name, path.child(name, 'name'), findings);
    validateUtilization(source.target ?? {}, path.child(name, 'target'), findings);
  }
  if (metric.containerResource) {
    checkRequired(metric.containerResource.container, path.child('containerResource', 'container'), findings);
  }
  if (object) {
    validateReference(object.describedObject ?? {}, path.child('object', 'describedObject'), findings);
    validateMetricName(object.metric, path.child('object', 'metric'), findings);
    validateAmounts(object.target ?? {}, ['value', 'averageValue'], path.child('object', 'target'), findings);
  }
  if (pods) {
    validateMetricName(pods.metric, path.child('pods', 'metric'), findings);
    validateAmounts(pods.target ?? {}, ['averageValue'], path.child('pods', 'target'), findings);
  }
  if (external) {
    validateMetricName(external.metric, path.child('external', 'metric'), findings);
    validateAmounts(external.target ?? {}, ['value', 'averageValue'], path.child('external', 'target'), findings);
  }
}

function validateMetricName(metric: { name?: string } | undefined, path: FieldPath, findings: Findings): void {
  if (checkRequired(metric?.name, path.child('name'), findings)) {
    checkName(pathSegment, metric?.name ?? '', path.child('name'), findings);
  }
}

function validateTarget(target: MetricTarget, path: FieldPath, findings: Findings): void {
  const types = ['Utilization', 'Value', 'AverageValue'];
  if (!target.type) findings.required(path.child('type'), 'Utilization, Value or AverageValue');
  if (!types.includes(target.type ?? '')) findings.invalid(path.child('type'), `it must be ${types.join(', ')}`);
  for (const field of ['value', 'averageValue'] as const) {
    const quantity = parseQuantity(target[field] ?? '');
    if (quantity && !isPositive(quantity)) findings.invalid(path.child(field), 'it must be greater than 0');
  }
  if (target.averageUtilization !== undefined && target.averageUtilization < 1) {
    findings.invalid(path.child('averageUtilization'), 'it must be greater than 0');
  }
}

function validateUtilization(target: MetricTarget, path: FieldPath, findings: Findings): void {
  validateTarget(target, path, findings);
  if (target.averageUtilization === undefined && target.averageValue === undefined) {
    findings.required(path.child('averageUtilization'), 'averageUtilization or averageValue is needed');
  }
  if (target.averageUtilization !== undefined && target.averageValue !== undefined) {
    findings.forbidden(path.child('averageValue'), 'averageUtilization is there already');
  }
}

function validateAmounts(
  target: MetricTarget,
  fields: readonly ('value' | 'averageValue')[],
  path: FieldPath,
  findings: Findings,
): void {
  validateTarget(target, path, findings);
  if (fields.every((field) => target[field] === undefined)) findings.required(path.child('averageValue'));
}

const HOUR = 3600;
const HALF_HOUR = 1800;

function validateRules(rules: ScalingRules | undefined, path: FieldPath, findings: Findings): void {
  if (!rules) return;
  const window = rules.stabilizationWindowSeconds;
  checkNotNegative(window, path.child('stabilizationWindowSeconds'), findings);
  if (window !== undefined && window > HOUR) {
    findings.invalid(path.child('stabilizationWindowSeconds'), `it must be no more than ${HOUR}`);
  }
  if (rules.selectPolicy)
    checkOneOf(rules.selectPolicy, ['Disabled', 'Max', 'Min'], path.child('selectPolicy'), findings);
  if ((rules.policies ?? []).length === 0) findings.required(path.child('policies'));
  (rules.policies ?? []).forEach((policy, i) => {
    const at = path.child('policies').index(i);
    checkOneOf(policy.type, ['Percent', 'Pods'], at.child('type'), findings);
    if ((policy.value ?? 0) <= 0) findings.invalid(at.child('value'), 'it must be greater than 0');
    const seconds = policy.periodSeconds ?? 0;
    if (seconds <= 0) findings.invalid(at.child('periodSeconds'), 'it must be greater than 0');
    else if (seconds > HALF_HOUR) findings.invalid(at.child('periodSeconds'), `it must be no more than ${HALF_HOUR}`);
  });
}
