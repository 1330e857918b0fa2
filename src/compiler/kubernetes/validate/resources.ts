import { qualifiedName } from '../../../model/kubernetes/names.ts';
import {
  compareQuantities,
  parseQuantity,
  type Quantity,
  quantityFromInt,
  quantityMilliValue,
} from '../../../model/kubernetes/quantity.ts';
import type { Quantities, Resources } from '../api.ts';
import type { Findings } from '../findings.ts';
import type { FieldPath } from '../path.ts';

const ZERO = quantityFromInt(0);
const CONTAINER_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);
const COUNTED = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const QUOTA_RESOURCES = new Set([
  ...CONTAINER_RESOURCES,
  ...COUNTED,
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
]);
const STANDARD = new Set([...QUOTA_RESOURCES, 'storage']);
const INTEGERS = new Set(COUNTED);

const isHugePages = (name: string) => name.startsWith('hugepages-');
const isNative = (name: string) => !name.includes('/') || name.includes('kubernetes.io/');
const isOvercommitAllowed = (name: string) => isNative(name) && !isHugePages(name);
const isExtended = (name: string) =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0;

/** Requests and limits of a container. */
export function validateResources(resources: Resources | undefined, path: FieldPath, findings: Findings): void {
  if (!resources) return;
  const { limits = {}, requests = {} } = resources;
  const limitsPath = path.child('limits');
  const requestsPath = path.child('requests');
  for (const [name, quantity] of quantitiesOf(limits)) {
    validateContainerResource(name, quantity, limitsPath.key(name), findings);
  }
  for (const [name, quantity] of quantitiesOf(requests)) {
    validateContainerResource(name, quantity, requestsPath.key(name), findings);
    const limit = parseQuantity(limits[name] ?? '');
    if (limit) validateAgainstLimit(name, quantity, limit, requestsPath, findings);
    else if (!isOvercommitAllowed(name))
      findings.required(limitsPath, `\`${name}\` cannot be shared and needs a limit`);
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    findings.forbidden(path, 'huge pages need cpu or memory beside them');
  }
}

function validateAgainstLimit(
  name: string,
  request: Quantity,
  limit: Quantity,
  path: FieldPath,
  findings: Findings,
): void {
  const order = compareQuantities(request, limit);
  if (order !== 0 && !isOvercommitAllowed(name))
    findings.invalid(path, `the request of \`${name}\` must equal its limit`);
  else if (order > 0) findings.invalid(path, `the request of \`${name}\` must not be above its limit`);
}

export function validateContainerResource(name: string, quantity: Quantity, path: FieldPath, findings: Findings): void {
  validateContainerResourceName(name, path, findings);
  validateAmount(name, quantity, path, findings);
}

export function validateContainerResourceName(name: string, path: FieldPath, findings: Findings): void {
  validateResourceName(name, path, findings);
  if (!name.includes('/')) {
    if (!CONTAINER_RESOURCES.has(name) && !isHugePages(name)) {
      findings.invalid(path, `\`${name}\` is no resource of containers`);
    }
  } else if (!isNative(name) && !isExtended(name)) {
    findings.invalid(path, `\`${name}\` is no name of an extended resource`);
  }
}

export function validateResourceName(name: string, path: FieldPath, findings: Findings): void {
  for (const error of qualifiedName(name)) findings.invalid(path, `\`${name}\` ${error}`);
  if (!name.includes('/') && !STANDARD.has(name) && !isHugePages(name) && !/^requests\.hugepages-/.test(name)) {
    findings.invalid(path, `\`${name}\` must be a standard resource or have a domain before it`);
  }
}

export function validateQuotaResource(name: string, quantity: Quantity, path: FieldPath, findings: Findings): void {
  validateResourceName(name, path, findings);
  if (!name.includes('/') && !isQuotaResource(name)) {
    findings.invalid(path, `\`${name}\` is no resource of quotas`);
  }
  validateAmount(name, quantity, path, findings);
}

/** One of the names that every server knows for quotas. */
export function isQuotaResource(name: string): boolean {
  return QUOTA_RESOURCES.has(name) || /^(requests\.)?hugepages-/.test(name);
}

/** Not negative, and whole where the resource is counted. */
export function validateAmount(name: string, quantity: Quantity, path: FieldPath, findings: Findings): void {
  if (compareQuantities(quantity, ZERO) < 0) findings.invalid(path, 'the quantity must not be negative');
  if ((INTEGERS.has(name) || isExtended(name)) && quantityMilliValue(quantity) % 1000n !== 0n) {
    findings.invalid(path, 'the quantity must be a whole number');
  }
}

export function isPositive(quantity: Quantity): boolean {
  return compareQuantities(quantity, ZERO) > 0;
}

export function quantitiesOf(list: Quantities | undefined): [string, Quantity][] {
  return Object.entries(list ?? {}).flatMap(([name, text]) => {
    const quantity = parseQuantity(text ?? '');
    return quantity ? [[name, quantity]] : [];
  });
}
