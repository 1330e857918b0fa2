import { parseIntOrPercent } from '../../../model/kubernetes/int-or-percent.ts';
import { cidr, type NameRule, percent, portName, portNumber } from '../../../model/kubernetes/names.ts';
import type { IntOrString } from '../api.ts';
import type { Findings } from '../findings.ts';
import type { FieldPath } from '../path.ts';

const MAX_ID = 2 ** 31 - 1;
const MAX_MODE = 0o777;

/** Reports a value that breaks a name rule, once. */
export function checkName(rule: NameRule, value: string, path: FieldPath, findings: Findings): void {
  const errors = rule(value);
  if (errors.length === 0) return;
  const blank = value !== value.trim() && rule(value.trim()).length === 0;
  const lower = value.toLowerCase().replaceAll('_', '-');
  const fix = blank
    ? 'remove the blanks around it'
    : rule(lower).length === 0 && lower !== value
      ? `write ${lower}`
      : undefined;
  findings.invalid(path, { detail: `\`${value}\` ${errors.join('; ')}`, fix });
}

export function checkRequired(value: unknown, path: FieldPath, findings: Findings): boolean {
  const missing = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  if (missing) findings.required(path);
  return !missing;
}

export function checkNotNegative(value: number | undefined, path: FieldPath, findings: Findings): void {
  if (value !== undefined && value < 0) findings.invalid(path, `${value} must be 0 or more`);
}

export function checkRange(value: number, low: number, high: number, path: FieldPath, findings: Findings): void {
  if (value < low || value > high) findings.invalid(path, `${value} must be between ${low} and ${high}`);
}

/** A value of a fixed set; "" is refused too. */
export function checkOneOf(
  value: string | undefined,
  allowed: readonly string[],
  path: FieldPath,
  findings: Findings,
): void {
  if (value !== undefined && allowed.includes(value)) return;
  const meant = allowed.find((word) => word.toLowerCase() === value?.toLowerCase());
  findings.unsupported(path, value ?? '', allowed, meant && `did you mean \`${meant}\`?`);
}

export function checkPortNumber(value: number | undefined, path: FieldPath, findings: Findings): void {
  for (const error of portNumber(value ?? 0)) findings.invalid(path, `${value ?? 0} ${error}`);
}

/** A port number or the name of one. */
export function checkPort(value: IntOrString | undefined, path: FieldPath, findings: Findings): void {
  if (typeof value === 'string') checkName(portName, value, path, findings);
  else checkPortNumber(value, path, findings);
}

export function checkUserId(value: number | undefined, path: FieldPath, findings: Findings): void {
  if (value !== undefined) checkRange(value, 0, MAX_ID, path, findings);
}

export function checkFileMode(value: number | undefined, path: FieldPath, findings: Findings): void {
  if (value === undefined || (value >= 0 && value <= MAX_MODE)) return;
  findings.invalid(path, {
    detail: `${value} must be between 0 and 511 (octal 0777)`,
    fix: value > MAX_MODE && /^[0-7]{3,4}$/.test(String(value)) ? `write the octal number: 0${value}` : undefined,
  });
}

/** A count that is not negative, or a percentage. */
export function checkIntOrPercent(value: IntOrString | undefined, path: FieldPath, findings: Findings): void {
  if (typeof value === 'string') checkName(percent, value, path, findings);
  else checkNotNegative(value, path, findings);
}

export function checkAtMost100Percent(value: IntOrString | undefined, path: FieldPath, findings: Findings): void {
  const share = typeof value === 'string' && percent(value).length === 0 ? parseIntOrPercent(value) : undefined;
  if (share && share.value > 100) findings.invalid(path, `${value} must not be more than 100%`);
}

/** The number in a count or percentage; 0 for what cannot be read. */
export function amountOf(value: IntOrString | undefined): number {
  return value === undefined ? 0 : (parseIntOrPercent(value)?.value ?? 0);
}

export function checkCidr(value: string | undefined, path: FieldPath, findings: Findings): void {
  if (checkRequired(value, path, findings)) checkName(cidr, value ?? '', path, findings);
}

/** A relative path that does not climb out of its folder. */
export function checkDescendingPath(value: string, path: FieldPath, findings: Findings): void {
  if (value.startsWith('/')) findings.invalid(path, `\`${value}\` must be a relative path`);
  checkNoBacksteps(value, path, findings);
}

export function checkNoBacksteps(value: string, path: FieldPath, findings: Findings): void {
  if (value.split('/').includes('..')) findings.invalid(path, `\`${value}\` must not have '..' in it`);
}
