import {
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  labelValue,
  type NameRule,
  qualifiedName,
} from '../../../model/kubernetes/names.ts';
import type { LabelSelector, ObjectMeta } from '../api.ts';
import type { Findings } from '../findings.ts';
import { FieldPath } from '../path.ts';
import type { KindInfo } from '../schema/kinds.ts';
import { checkName, checkNotNegative, checkRequired } from './values.ts';

const ANNOTATIONS_MAX = 256 * 1024;
const METADATA = FieldPath.root('metadata');

/** Names of most kinds are DNS subdomains; these are not. */
const NAME_RULES: Readonly<Record<string, NameRule>> = {
  Service: dns1035Label,
  Namespace: dns1123Label,
  PodDisruptionBudget: pathSegment,
};

/** A name that can stand in a URL. */
export function pathSegment(value: string): string[] {
  if (value === '.' || value === '..') return [`must not be '${value}'`];
  return /[/%]/.test(value) ? ["must not have '/' or '%' in it"] : [];
}

export function validateMetadata(metadata: ObjectMeta, info: KindInfo, findings: Findings): void {
  const rule = NAME_RULES[info.kind] ?? dns1123Subdomain;
  const { name, generateName, namespace } = metadata;
  if (generateName)
    checkName((value) => rule(maskTrailingDash(value)), generateName, METADATA.child('generateName'), findings);
  if (name) checkName(rule, name, METADATA.child('name'), findings);
  else if (generateName) checkName(rule, `${generateName}x`, METADATA.child('name'), findings);
  else findings.required(METADATA.child('name'), 'name or generateName is needed');
  if (info.namespaced && namespace) checkName(dns1123Label, namespace, METADATA.child('namespace'), findings);
  checkNotNegative(metadata.generation, METADATA.child('generation'), findings);
  validateLabels(metadata.labels, METADATA.child('labels'), findings);
  validateAnnotations(metadata.annotations, METADATA.child('annotations'), findings);
  for (const finalizer of metadata.finalizers ?? []) {
    checkName(qualifiedName, finalizer, METADATA.child('finalizers'), findings);
  }
  validateOwners(metadata.ownerReferences ?? [], findings);
}

/** The server names no index in these paths. */
function validateOwners(owners: NonNullable<ObjectMeta['ownerReferences']>, findings: Findings): void {
  const path = METADATA.child('ownerReferences');
  for (const owner of owners) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      checkRequired(owner[field], path.child(field), findings);
    }
    const { apiVersion, kind } = owner;
    if (apiVersion && !/^([^/]*\/)?[^/]+$/.test(apiVersion)) {
      findings.invalid(path.child('apiVersion'), 'it is GROUP/VERSION, or a version alone');
    }
    if (apiVersion === 'v1' && kind === 'Event') findings.invalid(path, 'an Event owns nothing');
  }
  const controllers = owners.filter(({ controller }) => controller);
  for (const { name } of controllers.slice(1)) {
    findings.invalid(path, `only one owner is the controller, and \`${controllers[0]?.name}\` is it, not \`${name}\``);
  }
}

function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

/** The server names no key in the path; the place is the key's. */
export function validateLabels(
  labels: Readonly<Record<string, string | undefined>> | undefined,
  path: FieldPath,
  findings: Findings,
): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    checkName(qualifiedName, key, path, findings);
    checkName(labelValue, value ?? '', path, findings);
  }
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string | undefined>> | undefined,
  path: FieldPath,
  findings: Findings,
): void {
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    checkName((name) => qualifiedName(name.toLowerCase()), key, path, findings);
    size += Buffer.byteLength(key) + Buffer.byteLength(value ?? '');
  }
  if (size > ANNOTATIONS_MAX)
    findings.error('too-long', 'the value is too long', path, 'annotations hold at most 256 KiB');
}

export function validateLabelSelector(selector: LabelSelector | undefined, path: FieldPath, findings: Findings): void {
  if (!selector) return;
  validateLabels(selector.matchLabels, path.child('matchLabels'), findings);
  (selector.matchExpressions ?? []).forEach((requirement, i) => {
    const at = path.child('matchExpressions').index(i);
    const count = requirement.values?.length ?? 0;
    switch (requirement.operator) {
      case 'In':
      case 'NotIn':
        if (count === 0) findings.required(at.child('values'), 'In and NotIn need values');
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (count > 0) findings.forbidden(at.child('values'), 'Exists and DoesNotExist take no values');
        break;
      default:
        findings.invalid(at.child('operator'), {
          detail: `\`${requirement.operator ?? ''}\` is no selector operator`,
          fix: 'write In, NotIn, Exists or DoesNotExist',
        });
    }
    checkName(qualifiedName, requirement.key ?? '', at.child('key'), findings);
  });
}

export function isEmptySelector(selector: LabelSelector | undefined): boolean {
  const labels = Object.keys(selector?.matchLabels ?? {}).length;
  return labels + (selector?.matchExpressions?.length ?? 0) === 0;
}
