import type { LabelSelector } from '../desired.ts';
import { labelValue, qualifiedName } from './names.ts';

/** One condition on a set of labels. */
export interface Requirement {
  readonly key: string;
  readonly operator: RequirementOperator;
  readonly values: readonly string[];
}

export type RequirementOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

const FROM_API: Readonly<Record<string, RequirementOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

/** All requirements hold; none is everything. `nothing` matches no labels at all. */
export type Selector = readonly Requirement[] | 'nothing';

export type Labels = Readonly<Record<string, string>>;

/**
 * Reads an API operator (`In`) or a selector's own (`in`, `=`).
 *
 * @returns undefined for any other text
 */
export function requirementOperator(text: string): RequirementOperator | undefined {
  const own: readonly string[] = ['=', '==', '!=', 'in', 'notin', 'exists', '!', 'gt', 'lt'];
  return FROM_API[text] ?? (own.includes(text) ? (text as RequirementOperator) : undefined);
}

/** What is wrong with a requirement; empty when it is valid. */
export function requirementErrors({ key, operator, values }: Requirement): string[] {
  const errors = qualifiedName(key);
  if ((operator === 'in' || operator === 'notin') && values.length === 0) errors.push('values must not be empty');
  if (['=', '==', '!=', 'gt', 'lt'].includes(operator) && values.length !== 1) errors.push('needs exactly one value');
  if ((operator === 'exists' || operator === '!') && values.length > 0) errors.push('must have no values');
  if ((operator === 'gt' || operator === 'lt') && values.some((value) => integer(value) === undefined)) {
    errors.push('the value must be an integer');
  }
  return [...errors, ...values.flatMap(labelValue)];
}

export function matchesSelector(selector: Selector, labels: Labels): boolean {
  return selector !== 'nothing' && selector.every((requirement) => matchesRequirement(requirement, labels));
}

export function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const label = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return label !== undefined && values.includes(label);
    case 'notin':
    case '!=':
      return label === undefined || !values.includes(label);
    case 'exists':
      return label !== undefined;
    case '!':
      return label === undefined;
    case 'gt':
    case 'lt':
      return compareIntegers(label, values, operator);
  }
}

function compareIntegers(label: string | undefined, values: readonly string[], operator: 'gt' | 'lt'): boolean {
  const left = label === undefined ? undefined : integer(label);
  const right = values.length === 1 ? integer(values[0] ?? '') : undefined;
  if (left === undefined || right === undefined) return false;
  return operator === 'gt' ? left > right : left < right;
}

function integer(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : undefined;
}

/** Labels that must all be there with these values. */
export function selectorFromLabels(labels: Labels): Requirement[] {
  return sortRequirements(
    Object.entries(labels).map(([key, value]): Requirement => ({ key, operator: '=', values: [value] })),
  );
}

/**
 * A label selector object of the API: absent matches nothing, an empty one everything.
 *
 * @returns undefined when it is not valid
 */
export function selectorFromLabelSelector(
  selector:
    | { readonly matchLabels?: Labels; readonly matchExpressions?: LabelSelector['matchExpressions'] }
    | null
    | undefined,
): Selector | undefined {
  if (!selector) return 'nothing';
  const requirements = selectorFromLabels(selector.matchLabels ?? {});
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const read = operator === 'Gt' || operator === 'Lt' ? undefined : FROM_API[operator];
    if (!read) return undefined;
    requirements.push({ key, operator: read, values: values ?? [] });
  }
  if (requirements.some((requirement) => requirementErrors(requirement).length > 0)) return undefined;
  return sortRequirements(requirements);
}

/**
 * A label selector object as plain labels, where it says nothing else.
 *
 * @returns undefined when it cannot be said so
 */
export function labelsFromLabelSelector(selector: Partial<LabelSelector> | null | undefined): Labels | undefined {
  const labels: Record<string, string> = { ...selector?.matchLabels };
  for (const { key, operator, values } of selector?.matchExpressions ?? []) {
    const only = values?.[0];
    if (operator !== 'In' || values.length !== 1 || only === undefined) return undefined;
    labels[key] = only;
  }
  return labels;
}

/**
 * `a=b,c=d` as labels.
 *
 * @returns undefined for any other form
 */
export function labelsFromText(text: string): Labels | undefined {
  const labels: Record<string, string> = {};
  if (text === '') return labels;
  for (const part of text.split(',')) {
    const [key = '', value, ...rest] = part.split('=').map((side) => side.trim());
    if (value === undefined || rest.length > 0) return undefined;
    if (qualifiedName(key).length > 0 || labelValue(value).length > 0) return undefined;
    labels[key] = value;
  }
  return labels;
}

/** The canonical text of a selector, requirements by key, values sorted. */
export function selectorText(selector: readonly Requirement[]): string {
  return selector.map(requirementText).join(',');
}

function requirementText({ key, operator, values }: Requirement): string {
  const list = [...values].sort(byBytes).join(',');
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${list})`;
    case 'gt':
      return `${key}>${list}`;
    case 'lt':
      return `${key}<${list}`;
    default:
      return `${key}${operator}${list}`;
  }
}

export function sortRequirements(requirements: readonly Requirement[]): Requirement[] {
  return [...requirements].sort((a, b) => byBytes(a.key, b.key));
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
