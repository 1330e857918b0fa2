import { configMapKey, dns1123Subdomain, envVarName, qualifiedName } from '../../../model/kubernetes/names.ts';
import { canonicalQuantity, parseQuantity } from '../../../model/kubernetes/quantity.ts';
import type { EnvFrom, EnvVar } from '../api.ts';
import type { Findings } from '../findings.ts';
import type { FieldPath } from '../path.ts';
import { checkName, checkOneOf, checkRequired } from './values.ts';

export const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const VOLUME_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.annotations',
  'metadata.uid',
];
const KNOWN_FIELDS = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);
const RESOURCE_FIELDS = ['limits', 'requests'].flatMap((list) =>
  ['cpu', 'memory', 'ephemeral-storage'].map((name) => `${list}.${name}`),
);
const CPU_DIVISORS = new Set(['0', '1', '1m']);
const BYTE_DIVISORS = new Set([
  '0',
  '1',
  ...['k', 'M', 'G', 'T', 'P', 'E'].flatMap((unit) => [`1${unit}`, `1${unit.toUpperCase()}i`]),
]);

export function validateEnv(variables: readonly EnvVar[], path: FieldPath, findings: Findings): void {
  variables.forEach((variable, i) => {
    const at = path.index(i);
    if (checkRequired(variable.name, at.child('name'), findings)) {
      checkName(envVarName, variable.name ?? '', at.child('name'), findings);
    }
    validateValueFrom(variable, at.child('valueFrom'), findings);
  });
}

function validateValueFrom({ value, valueFrom }: EnvVar, path: FieldPath, findings: Findings): void {
  if (!valueFrom) return;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) validateFieldRef(fieldRef, ENV_FIELDS, path.child('fieldRef'), findings);
  if (resourceFieldRef) validateResourceFieldRef(resourceFieldRef, path.child('resourceFieldRef'), false, findings);
  if (configMapKeyRef) validateKeyRef(configMapKeyRef, path.child('configMapKeyRef'), findings);
  if (secretKeyRef) validateKeyRef(secretKeyRef, path.child('secretKeyRef'), findings);
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter((source) => source).length;
  if (sources === 0) findings.invalid(path, 'needs one of fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef');
  if (value && sources > 0)
    findings.invalid(path, { detail: 'there is a `value` too', fix: 'keep one of value and valueFrom' });
  else if (sources > 1) findings.invalid(path, 'only one source is possible');
}

interface FieldRef {
  apiVersion?: string;
  fieldPath?: string;
}

export function validateFieldRef(ref: FieldRef, allowed: readonly string[], path: FieldPath, findings: Findings): void {
  checkRequired(ref.apiVersion, path.child('apiVersion'), findings);
  if (!checkRequired(ref.fieldPath, path.child('fieldPath'), findings)) return;
  const field = ref.fieldPath ?? '';
  const subscript = /^(metadata\.(?:annotations|labels))\['([^']*)'\]$/.exec(field);
  if (subscript) {
    const key = subscript[2] ?? '';
    checkName(qualifiedName, subscript[1] === 'metadata.annotations' ? key.toLowerCase() : key, path, findings);
  } else if (ref.apiVersion && ref.apiVersion !== 'v1') {
    findings.invalid(path.child('fieldPath'), `there are no fields of version ${ref.apiVersion}`);
  } else if (!KNOWN_FIELDS.has(field) && field !== 'spec.host') {
    findings.invalid(path.child('fieldPath'), { detail: `\`${field}\` is no field of a pod that can be read` });
  } else if (field !== 'spec.host') {
    checkOneOf(field, allowed, path.child('fieldPath'), findings);
  }
}

interface ResourceFieldRef {
  containerName?: string;
  resource?: string;
  divisor?: string;
}

export function validateResourceFieldRef(
  ref: ResourceFieldRef,
  path: FieldPath,
  isVolume: boolean,
  findings: Findings,
): void {
  if (isVolume) checkRequired(ref.containerName, path.child('containerName'), findings);
  const resource = ref.resource ?? '';
  if (!checkRequired(resource, path.child('resource'), findings)) return;
  if (!/^(limits|requests)\.hugepages-/.test(resource)) {
    checkOneOf(resource, RESOURCE_FIELDS, path.child('resource'), findings);
  }
  const divisor = parseQuantity(ref.divisor ?? '0');
  const allowed = resource.endsWith('.cpu') ? CPU_DIVISORS : BYTE_DIVISORS;
  if (divisor && !allowed.has(canonicalQuantity(divisor))) {
    findings.invalid(path.child('divisor'), `\`${ref.divisor}\` is none of ${[...allowed].join(', ')}`);
  }
}

function validateKeyRef(ref: { name?: string; key?: string }, path: FieldPath, findings: Findings): void {
  checkName(dns1123Subdomain, ref.name ?? '', path.child('name'), findings);
  if (checkRequired(ref.key, path.child('key'), findings))
    checkName(configMapKey, ref.key ?? '', path.child('key'), findings);
}

/** The server's paths of missing and double sources have no index. */
export function validateEnvFrom(sources: readonly EnvFrom[], path: FieldPath, findings: Findings): void {
  sources.forEach((source, i) => {
    const at = path.index(i);
    if (source.prefix) checkName(envVarName, source.prefix, at.child('prefix'), findings);
    const { configMapRef, secretRef } = source;
    if (configMapRef) validateName(configMapRef, at.child('configMapRef'), findings);
    if (secretRef) validateName(secretRef, at.child('secretRef'), findings);
    if (!configMapRef && !secretRef) findings.invalid(path, 'each entry needs configMapRef or secretRef');
    if (configMapRef && secretRef) findings.invalid(path, 'an entry has configMapRef or secretRef, not both');
  });
}

function validateName(ref: { name?: string }, path: FieldPath, findings: Findings): void {
  if (checkRequired(ref.name, path.child('name'), findings))
    checkName(dns1123Subdomain, ref.name ?? '', path.child('name'), findings);
}
