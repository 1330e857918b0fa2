import type { ScalarValue } from './tree.ts';

/** Which rules turn a plain scalar into a value. */
export type Dialect = 'compose' | 'kubernetes';

/** A resolved scalar; `timestamp` marks a plain date, which Go's YAML reader does not hand on as a string. */
export interface ResolvedScalar {
  readonly value: ScalarValue;
  readonly timestamp?: boolean;
}

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const BOOLEANS = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);
const BOOLEANS_11 = new Map([
  ...BOOLEANS,
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((text) => [text, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((text) => [text, false] as const),
]);
const SPECIAL_FLOAT = /^(?:\.(?:nan|NaN|NAN)|[-+]?\.(?:inf|Inf|INF))$/;
const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*)$/;
const HEX = /^([-+]?)(0[xX][0-9a-fA-F]+)$/;
const BINARY = /^([-+]?)(0[bB][01]+)$/;
const OCTAL = /^([-+]?)0[oO]?([0-7]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const DATE =
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]| +)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?(?:Z|[-+][0-9]{2}:[0-9]{2})?)?$/;
const MAX_UINT64 = (1n << 64n) - 1n;
const MIN_INT64 = -(1n << 63n);

/**
 * The value of a plain, untagged scalar.
 *
 * `compose`: YAML 1.2 core plus `0755` octals, `0b`, `_` separators and exact 64-bit integers, as go-yaml v3 does.
 * `kubernetes`: the same with the booleans of YAML 1.1, as go-yaml v2 does. Dates stay strings in both.
 */
export function resolvePlain(text: string, dialect: Dialect): ResolvedScalar {
  const first = text.charCodeAt(0);
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!numeric) {
    if (NULLS.has(text)) return { value: null };
    const boolean = (dialect === 'compose' ? BOOLEANS : BOOLEANS_11).get(text);
    return { value: boolean ?? text };
  }
  if (SPECIAL_FLOAT.test(text)) return { value: specialFloat(text) };
  if (DATE.test(text) && isCalendarDate(text)) return { value: text, timestamp: true };
  return { value: parseNumber(text) ?? text };
}

function isCalendarDate(text: string): boolean {
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = (text.match(/[0-9]+/g) ?? []).map(Number);
  const date = new Date(Date.UTC(2000 + (year % 400), month - 1, day));
  return date.getUTCMonth() === month - 1 && day > 0 && hours < 24 && minutes < 60 && seconds < 60;
}

/** A number as go-yaml reads it, or undefined. Integers that a double cannot hold exactly are bigints. */
export function parseNumber(text: string): number | bigint | undefined {
  const digits = text.includes('_') && text[0] !== '.' ? text.replaceAll('_', '') : text;
  const integer = parseInteger(digits);
  if (integer !== undefined && integer <= MAX_UINT64 && integer >= MIN_INT64) return narrow(integer);
  return FLOAT.test(digits) ? Number(digits) : undefined;
}

function parseInteger(digits: string): number | bigint | undefined {
  if (DECIMAL.test(digits)) return digits.length < 16 ? Number(digits) : BigInt(digits.replace(/^\+/, ''));
  const radix = HEX.exec(digits) ?? BINARY.exec(digits);
  if (radix) return signed(radix[1], BigInt(radix[2] ?? '0'));
  const octal = OCTAL.exec(digits);
  return octal ? signed(octal[1], BigInt(`0o${octal[2]}`)) : undefined;
}

function signed(sign: string | undefined, value: bigint): bigint {
  return sign === '-' ? -value : value;
}

function narrow(value: number | bigint): number | bigint {
  if (typeof value === 'number') return value === 0 ? 0 : value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function specialFloat(text: string): number {
  if (text[1] === 'n' || text[1] === 'N') return Number.NaN;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
