import { matchesSelector, selectorFromLabelSelector, selectorFromLabels } from '../../../model/kubernetes/selector.ts';
import type {
  DaemonSet,
  Deployment,
  LabelSelector,
  PodTemplateSpec,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../api.ts';
import type { Findings } from '../findings.ts';
import { FieldPath } from '../path.ts';
import { isEmptySelector, validateAnnotations, validateLabelSelector, validateLabels } from './metadata.ts';
import { validateTemplate } from './pod.ts';
import { amountOf, checkAtMost100Percent, checkIntOrPercent, checkNotNegative, checkOneOf } from './values.ts';

const SPEC = FieldPath.root('spec');
const TEMPLATE = SPEC.child('template');

export function validateDeployment({ spec = {} }: Deployment, findings: Findings): void {
  checkNotNegative(spec.replicas, SPEC.child('replicas'), findings);
  if (checkSelector(spec.selector, 'deployment', findings)) {
    validateReplicatedTemplate(spec.template ?? {}, spec.selector, spec.replicas, findings);
  }
  validateStrategy(spec.strategy ?? {}, SPEC.child('strategy'), findings);
  checkNotNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'), findings);
  checkNotNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit'), findings);
  const deadline = spec.progressDeadlineSeconds;
  if (deadline === undefined) return;
  checkNotNegative(deadline, SPEC.child('progressDeadlineSeconds'), findings);
  if (deadline <= (spec.minReadySeconds ?? 0)) {
    findings.invalid(SPEC.child('progressDeadlineSeconds'), `${deadline} must be greater than minReadySeconds`);
  }
}

function validateStrategy(
  strategy: NonNullable<NonNullable<Deployment['spec']>['strategy']>,
  path: FieldPath,
  findings: Findings,
): void {
  const rolling = strategy.rollingUpdate;
  checkOneOf(strategy.type, ['Recreate', 'RollingUpdate'], path.hidden('type'), findings);
  if (strategy.type === 'Recreate' && rolling) {
    findings.forbidden(path.child('rollingUpdate'), 'a strategy of type Recreate does not have it');
  }
  if (strategy.type !== 'RollingUpdate' || !rolling) return;
  const at = path.child('rollingUpdate');
  checkIntOrPercent(rolling.maxUnavailable, at.child('maxUnavailable'), findings);
  checkIntOrPercent(rolling.maxSurge, at.child('maxSurge'), findings);
  if (amountOf(rolling.maxUnavailable) === 0 && amountOf(rolling.maxSurge) === 0) {
    findings.invalid(at.child('maxUnavailable'), 'it must not be 0 when maxSurge is 0');
  }
  checkAtMost100Percent(rolling.maxUnavailable, at.child('maxUnavailable'), findings);
}

export function validateReplicaSet({ spec = {} }: ReplicaSet, findings: Findings): void {
  checkNotNegative(spec.replicas, SPEC.child('replicas'), findings);
  checkNotNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'), findings);
  if (checkSelector(spec.selector, 'replica set', findings)) {
    validateReplicatedTemplate(spec.template ?? {}, spec.selector, spec.replicas, findings);
  }
}

export function validateReplicationController({ spec = {} }: ReplicationController, findings: Findings): void {
  checkNotNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'), findings);
  checkNotNegative(spec.replicas, SPEC.child('replicas'), findings);
  const selector = spec.selector ?? {};
  if (Object.keys(selector).length === 0) findings.required(SPEC.child('selector'));
  if (!spec.template) {
    findings.required(TEMPLATE);
    return;
  }
  const labels = spec.template.metadata?.labels ?? {};
  if (!matchesSelector(selectorFromLabels(selector as Labels), labels as Labels)) labelsMismatch(findings);
  validateTemplate(spec.template, TEMPLATE, findings);
  checkReplicatedDisks(spec.template, spec.replicas ?? 1, findings);
  checkAlwaysRestarts(spec.template, findings);
}

type Labels = Readonly<Record<string, string>>;

export function validateDaemonSet({ spec = {} }: DaemonSet, findings: Findings): void {
  const { selector, template = {} } = spec;
  validateLabelSelector(selector, SPEC.child('selector'), findings);
  if (selector && isEmptySelector(selector)) emptySelector('daemon set', findings);
  checkTemplateLabels(selector, template, 'also-empty', findings);
  validateTemplate(template, TEMPLATE, findings);
  checkReplicatedDisks(template, 2, findings);
  checkAlwaysRestarts(template, findings);
  validateDaemonUpdate(spec.updateStrategy ?? {}, SPEC.child('updateStrategy'), findings);
  checkNotNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'), findings);
  checkNotNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit'), findings);
}

function validateDaemonUpdate(
  strategy: NonNullable<NonNullable<DaemonSet['spec']>['updateStrategy']>,
  path: FieldPath,
  findings: Findings,
): void {
  checkOneOf(strategy.type, ['OnDelete', 'RollingUpdate'], path.hidden('type'), findings);
  const rolling = strategy.rollingUpdate;
  if (strategy.type !== 'RollingUpdate' || !rolling) return;
  const at = path.child('rollingUpdate');
  checkIntOrPercent(rolling.maxUnavailable, at.child('maxUnavailable'), findings);
  checkIntOrPercent(rolling.maxSurge, at.child('maxSurge'), findings);
  checkAtMost100Percent(rolling.maxUnavailable, at.child('maxUnavailable'), findings);
  checkAtMost100Percent(rolling.maxSurge, at.child('maxSurge'), findings);
  const surge = amountOf(rolling.maxSurge);
  if (amountOf(rolling.maxUnavailable) === 0 && surge === 0)
    findings.invalid(at.child('maxUnavailable'), 'it must not be 0');
  else if (amountOf(rolling.maxUnavailable) > 0 && surge > 0) {
    findings.invalid(at.child('maxSurge'), 'it must be 0 unless maxUnavailable is 0');
  }
}

/** Servers of the last years let nearly everything in a StatefulSet's template pass; current ones do not. */
export function validateStatefulSet({ spec = {} }: StatefulSet, findings: Findings): void {
  checkManagement(spec, findings);
  checkNotNegative(spec.replicas, SPEC.child('replicas'), findings);
  checkNotNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'), findings);
  if (!checkSelector(spec.selector, 'stateful set', findings)) return;
  const template = spec.template ?? {};
  checkTemplateLabels(spec.selector, template, 'not-empty', findings);
  validateLabels(template.metadata?.labels, TEMPLATE.child('labels'), findings);
  validateAnnotations(template.metadata?.annotations, TEMPLATE.child('annotations'), findings);
  checkAlwaysRestarts(template, findings);
  const claims = (spec.volumeClaimTemplates ?? []).flatMap(({ metadata }) => (metadata?.name ? [metadata.name] : []));
  const rest = findings.asWarnings();
  const volumes = [
    ...(template.spec?.volumes ?? []).filter(({ name }) => !claims.includes(name ?? '')),
    ...claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
  ];
  validateTemplate({ ...template, metadata: {}, spec: { ...template.spec, volumes } }, TEMPLATE, rest);
}

function checkManagement(spec: NonNullable<StatefulSet['spec']>, findings: Findings): void {
  const policy = spec.podManagementPolicy;
  if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    findings.invalid(SPEC.child('podManagementPolicy'), 'it must be OrderedReady or Parallel');
  }
  const strategy = spec.updateStrategy;
  const path = SPEC.child('updateStrategy');
  if (strategy?.type === 'OnDelete') {
    if (strategy.rollingUpdate) findings.invalid(path.child('rollingUpdate'), 'only RollingUpdate has it');
  } else if (strategy?.type === 'RollingUpdate') {
    checkNotNegative(strategy.rollingUpdate?.partition, path.child('rollingUpdate', 'partition'), findings);
  } else findings.invalid(path, 'it must be of type RollingUpdate or OnDelete');
}

function validateReplicatedTemplate(
  template: PodTemplateSpec,
  selector: LabelSelector | undefined,
  replicas: number | undefined,
  findings: Findings,
): void {
  checkTemplateLabels(selector, template, 'not-empty', findings);
  validateTemplate(template, TEMPLATE, findings);
  checkReplicatedDisks(template, replicas ?? 1, findings);
  checkAlwaysRestarts(template, findings);
}

/** @returns false when the selector cannot be read, so that nothing can be said of the template */
function checkSelector(selector: LabelSelector | undefined, what: string, findings: Findings): boolean {
  const path = SPEC.child('selector');
  if (!selector) {
    findings.required(path, { fix: 'write spec.selector.matchLabels with labels of the template' });
    return true;
  }
  validateLabelSelector(selector, path, findings);
  if (isEmptySelector(selector)) emptySelector(what, findings);
  const isReadable =
    selectorFromLabelSelector(selector as Parameters<typeof selectorFromLabelSelector>[0]) !== undefined;
  if (!isReadable) findings.invalid(path, 'it is no valid selector');
  return isReadable;
}

function emptySelector(what: string, findings: Findings): void {
  findings.invalid(SPEC.child('selector'), `it is empty, and a ${what} cannot select every pod`);
}

function checkTemplateLabels(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec,
  when: 'not-empty' | 'also-empty',
  findings: Findings,
): void {
  const read = selectorFromLabelSelector(selector as Parameters<typeof selectorFromLabelSelector>[0]);
  if (read === undefined || (when === 'not-empty' && read.length === 0)) return;
  if (!matchesSelector(read, (template.metadata?.labels ?? {}) as Labels)) labelsMismatch(findings);
}

function labelsMismatch(findings: Findings): void {
  findings.invalid(TEMPLATE.child('metadata', 'labels'), {
    detail: 'spec.selector does not match these labels',
    why: 'a workload must select its own pods',
    fix: 'repeat the labels of the selector here',
  });
}

function checkReplicatedDisks(template: PodTemplateSpec, replicas: number, findings: Findings): void {
  if (replicas <= 1) return;
  (template.spec?.volumes ?? []).forEach(({ gcePersistentDisk }, i) => {
    if (!gcePersistentDisk || gcePersistentDisk.readOnly) return;
    const at = TEMPLATE.child('spec', 'volumes').index(i).child('gcePersistentDisk', 'readOnly');
    findings.invalid(at, 'it must be true when there are several replicas');
  });
}

function checkAlwaysRestarts(template: PodTemplateSpec, findings: Findings): void {
  const at = TEMPLATE.child('spec');
  if (template.spec?.restartPolicy !== 'Always') {
    checkOneOf(template.spec?.restartPolicy, ['Always'], at.child('restartPolicy'), findings);
  }
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    findings.forbidden(at.child('activeDeadlineSeconds'), 'only pods and jobs have it');
  }
}
