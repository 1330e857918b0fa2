import { configMapKey, qualifiedName } from '../../../model/kubernetes/names.ts';
import { compareQuantities, type Quantity, quantityFromInt } from '../../../model/kubernetes/quantity.ts';
import type { ConfigMap, LimitRange, Quantities, ResourceQuota, Secret } from '../api.ts';
import type { Findings } from '../findings.ts';
import { FieldPath } from '../path.ts';
import {
  isQuotaResource,
  quantitiesOf,
  validateAmount,
  validateContainerResourceName,
  validateQuotaResource,
  validateResourceName,
} from './resources.ts';
import { checkName, checkOneOf } from './values.ts';

const MAX_BYTES = 1024 * 1024;
const DATA = FieldPath.root('data');
const LIMIT_TYPES = ['Container', 'PersistentVolumeClaim', 'Pod'];
const SERVICE_ACCOUNT = 'kubernetes.io/service-account.name';

export function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap, findings: Findings): void {
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    checkName(configMapKey, key, DATA.key(key), findings);
    if (Object.hasOwn(binaryData, key)) findings.invalid(DATA.key(key), 'binaryData has the same key');
    size += Buffer.byteLength(value ?? '');
  }
  for (const [key, value] of Object.entries(binaryData)) {
    checkName(configMapKey, key, FieldPath.root('binaryData').key(key), findings);
    size += Buffer.byteLength(value ?? '', 'base64');
  }
  if (size > MAX_BYTES)
    findings.error('too-long', 'the value is too long', FieldPath.empty, 'a ConfigMap holds at most 1 MiB');
}

/** Keys that a type must have; of a basic-auth secret one is enough. */
const TYPE_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

export function validateSecret({ metadata, data = {}, type = '' }: Secret, findings: Findings): void {
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    checkName(configMapKey, key, DATA.key(key), findings);
    size += Buffer.byteLength(value ?? '', 'base64');
  }
  if (size > MAX_BYTES) findings.error('too-long', 'the value is too long', DATA, 'a Secret holds at most 1 MiB');
  if (type === 'kubernetes.io/service-account-token' && !metadata?.annotations?.[SERVICE_ACCOUNT]) {
    findings.required(FieldPath.root('metadata').child('annotations').key(SERVICE_ACCOUNT));
  }
  if (type === 'kubernetes.io/basic-auth' && data.username === undefined && data.password === undefined) {
    // Written so by the server, with the sign in it.
    for (const key of ['username', 'password']) findings.required(FieldPath.root('data[%s]').key(key));
  }
  for (const key of TYPE_KEYS[type] ?? []) {
    if (data[key] === undefined) findings.required(DATA.key(key), `a secret of type ${type} has it`);
    else if (key.startsWith('.docker')) checkJson(data[key], DATA.key(key), findings);
  }
}

function checkJson(base64: string, path: FieldPath, findings: Findings): void {
  try {
    JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    findings.invalid(path, 'the contents are no JSON');
  }
}

export function validateResourceQuota({ spec = {} }: ResourceQuota, findings: Findings): void {
  const hard = FieldPath.root('spec').child('hard');
  for (const [name, quantity] of quantitiesOf(spec.hard))
    validateQuotaResource(name, quantity, hard.key(name), findings);
}

type LimitItem = NonNullable<NonNullable<LimitRange['spec']>['limits']>[number];

export function validateLimitRange({ spec = {} }: LimitRange, findings: Findings): void {
  const types = new Set<string>();
  (spec.limits ?? []).forEach((item, i) => {
    const path = FieldPath.root('spec').child('limits').index(i);
    const type = item.type ?? '';
    validateLimitType(type, path.child('type'), findings);
    if (types.has(type)) findings.duplicate(path.child('type'), type);
    types.add(type);
    validateLimitItem(item, path, findings);
  });
}

function validateLimitType(type: string, path: FieldPath, findings: Findings): void {
  const before = findings.list.length;
  checkName(qualifiedName, type, path, findings);
  if (findings.list.length > before || type.includes('/') || LIMIT_TYPES.includes(type)) return;
  const meant = LIMIT_TYPES.find((name) => name.toLowerCase() === type.toLowerCase());
  findings.invalid(path, { detail: `\`${type}\` is no type of limit`, fix: meant && `did you mean \`${meant}\`?` });
}

const LISTS = ['max', 'min', 'default', 'defaultRequest'] as const;

function validateLimitItem(item: LimitItem, path: FieldPath, findings: Findings): void {
  for (const list of LISTS) {
    if (item.type === 'Pod' && list.startsWith('default') && Object.keys(item[list] ?? {}).length > 0) {
      findings.forbidden(path.child(list), 'limits of pods have no defaults');
    } else validateLimitList(item, list, path.child(list), findings);
  }
  if (item.type === 'PersistentVolumeClaim' && item.min?.storage === undefined && item.max?.storage === undefined) {
    findings.required(path.child('limits'), 'min.storage or max.storage is needed');
  }
  const names = new Set(LISTS.flatMap((list) => Object.keys(item[list] ?? {})));
  for (const name of names) compareLimits(item, name, path, findings);
  validateRatios(item, path.child('maxLimitRequestRatio'), findings);
}

function validateLimitList(item: LimitItem, list: (typeof LISTS)[number], path: FieldPath, findings: Findings): void {
  for (const name of Object.keys(item[list] ?? {})) {
    if (item.type === 'Container' || item.type === 'Pod') validateContainerResourceName(name, path.key(name), findings);
    else validateResourceName(name, path.key(name), findings);
  }
}

/** min ≤ defaultRequest ≤ default ≤ max. */
function compareLimits(item: LimitItem, name: string, path: FieldPath, findings: Findings): void {
  const amounts = Object.fromEntries(LISTS.map((list) => [list, amount(item[list], name)]));
  const { min, max, defaultRequest, default: usual } = amounts;
  const above = (a: Quantity | undefined, b: Quantity | undefined) =>
    a !== undefined && b !== undefined && compareQuantities(a, b) > 0;
  if (above(min, max)) findings.invalid(path.child('min').key(name), 'it is above max');
  if (above(min, defaultRequest)) findings.invalid(path.child('defaultRequest').key(name), 'it is below min');
  if (above(defaultRequest, max)) findings.invalid(path.child('defaultRequest').key(name), 'it is above max');
  if (above(defaultRequest, usual)) findings.invalid(path.child('defaultRequest').key(name), 'it is above default');
  if (above(min, usual)) findings.invalid(path.child('default').key(name), 'it is below min');
  if (above(usual, max)) findings.invalid(path.child('default').key(name), 'it is above max');
}

function amount(list: Quantities | undefined, name: string): Quantity | undefined {
  return quantitiesOf({ [name]: list?.[name] })[0]?.[1];
}

function validateRatios(item: LimitItem, path: FieldPath, findings: Findings): void {
  for (const [name, ratio] of quantitiesOf(item.maxLimitRequestRatio)) {
    validateAmount(name, ratio, path.key(name), findings);
    if (compareQuantities(ratio, quantityFromInt(1)) < 0) findings.invalid(path.key(name), 'it must be 1 or more');
  }
}

const ONLY_EXISTS = ['BestEffort', 'NotBestEffort', 'NotTerminating', 'Terminating'];
const SCOPES = [...ONLY_EXISTS, 'CrossNamespacePodAffinity', 'PriorityClass'];
const CONFLICTS = [
  ['BestEffort', 'NotBestEffort'],
  ['NotTerminating', 'Terminating'],
] as const;
const COMPUTE = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];

export function validateScopes({ spec = {} }: ResourceQuota, findings: Findings): void {
  const path = FieldPath.root('spec');
  const hard = Object.keys(spec.hard ?? {});
  for (const scope of spec.scopes ?? []) checkOneOf(scope, SCOPES, path.child('scopes'), findings);
  checkScopeSet(spec.scopes ?? [], hard, path.child('scopes'), findings);
  const terms = spec.scopeSelector?.matchExpressions ?? [];
  const at = path.child('scopeSelector', 'matchExpressions');
  terms.forEach((term, i) => {
    validateScopeTerm(term, at.index(i, 'none'), findings);
  });
  checkScopeSet(
    terms.map(({ scopeName }) => scopeName ?? ''),
    hard,
    at,
    findings,
  );
}

/** Scopes that exclude each other, and resources that a scope does not count. */
function checkScopeSet(scopes: readonly string[], hard: readonly string[], path: FieldPath, findings: Findings): void {
  for (const scope of scopes) {
    const wrong = hard.filter((name) => isQuotaResource(name) && !countsResource(scope, name));
    if (wrong.length > 0) findings.invalid(path, `the scope ${scope} does not count ${wrong.join(', ')}`);
  }
  for (const [one, other] of CONFLICTS)
    if (scopes.includes(one) && scopes.includes(other))
      findings.invalid(path, `${one} and ${other} exclude each other`);
}

function countsResource(scope: string, resource: string): boolean {
  if (!SCOPES.includes(scope) || scope === 'CrossNamespacePodAffinity' || resource === 'pods') return true;
  return scope !== 'BestEffort' && COMPUTE.includes(resource);
}

type ScopeTerm = NonNullable<
  NonNullable<NonNullable<ResourceQuota['spec']>['scopeSelector']>['matchExpressions']
>[number];

function validateScopeTerm(
  { scopeName = '', operator = '', values = [] }: ScopeTerm,
  at: FieldPath,
  findings: Findings,
) {
  checkOneOf(scopeName, SCOPES, at.child('scopeName'), findings);
  if (ONLY_EXISTS.includes(scopeName) && operator !== 'Exists')
    findings.invalid(at.child('operator'), `the scope ${scopeName} takes only Exists`);
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) findings.required(at.child('values'), `${operator} needs values`);
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) findings.invalid(at.child('values'), `${operator} takes no values`);
  } else checkOneOf(operator, ['DoesNotExist', 'Exists', 'In', 'NotIn'], at.child('operator'), findings);
}
