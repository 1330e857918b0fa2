/**
 * Kubernetes resource quantities (`500m`, `1.5Gi`, `12e6`): exact arithmetic, never a float.
 * The number is `value × 10^scale`; a binary suffix is multiplied out when the text is read.
 *
 * @see Kubernetes API conventions, "Quantities"; apimachinery pkg/api/resource
 */
export interface Quantity {
  readonly value: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
  /** The text as read, kept where the API server would write the same text back. */
  readonly text?: string;
}

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

const NANO = -9;
const MILLI = -3;
const MAX_INT64 = 2n ** 63n - 1n;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const DECIMAL_SUFFIX = new Map(Object.entries(DECIMAL).map(([suffix, exponent]) => [exponent, suffix]));
const BINARY_SUFFIX = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const QUANTITY = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
/** Beyond these an exponent is no amount of anything, and expanding it would only cost memory. */
const LARGEST_EXPONENT = 1000;

/**
 * Reads a quantity. Blanks around it are not allowed here (JSON decoding strips them first).
 *
 * @returns undefined for text that is no quantity
 */
export function parseQuantity(text: string): Quantity | undefined {
  const match = text === '' ? undefined : QUANTITY.exec(text);
  if (!match) return undefined;
  const [, sign = '', integer = '', fraction = '', suffix = ''] = match;
  const unit = readSuffix(suffix);
  if (!unit) return undefined;
  const digits = `${integer || '0'}${fraction}`;
  const magnitude = BigInt(digits);
  const signed = (n: bigint) => (sign === '-' ? -n : n);
  if (unit.format === 'BinarySI') {
    return binaryQuantity(text, magnitude, fraction.length, integer, unit.exponent, signed);
  }
  const scale = unit.exponent - fraction.length;
  const short = digits.length <= 18 && scale >= NANO;
  const rounded = short ? { value: magnitude, scale } : ceilTo(magnitude, scale, NANO);
  const canonical = short && scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
  return { value: signed(rounded.value), scale: rounded.scale, format: unit.format, ...(canonical && { text }) };
}

function binaryQuantity(
  text: string,
  magnitude: bigint,
  decimals: number,
  integer: string,
  exponent: number,
  signed: (n: bigint) => bigint,
): Quantity {
  const product = magnitude << BigInt(exponent);
  const digits = integer.length || 1;
  const short = decimals === 0 && 15 - digits - Math.trunc(exponent * 0.3) - 1 >= 0 && product <= MAX_INT64;
  if (short) {
    return { value: signed(product), scale: 0, format: 'BinarySI', ...((magnitude & 7n) !== 0n && { text }) };
  }
  const { value, scale } = ceilTo(product, -decimals, NANO);
  const one = 10n ** BigInt(-scale);
  if (value > MAX_INT64 * one) return { value: signed(MAX_INT64), scale: 0, format: 'BinarySI' };
  return { value: signed(value), scale, format: value > 0n && value < one ? 'DecimalSI' : 'BinarySI' };
}

function readSuffix(suffix: string): { exponent: number; format: QuantityFormat } | undefined {
  const decimal = DECIMAL[suffix];
  if (decimal !== undefined) return { exponent: decimal, format: 'DecimalSI' };
  const binary = BINARY[suffix];
  if (binary !== undefined) return { exponent: binary, format: 'BinarySI' };
  const match = /^[eE]([+-]?[0-9]+)$/.exec(suffix);
  const exponent = match ? Number(match[1]) : Number.NaN;
  if (!match || Math.abs(exponent) > LARGEST_EXPONENT) return undefined;
  return { exponent, format: 'DecimalExponent' };
}

/** Reads a JSON or YAML scalar: a number as Go prints it, a string with the blanks around it cut off. */
export function quantityFromScalar(value: string | number | bigint): Quantity | undefined {
  if (typeof value === 'string') return parseQuantity(value.trim());
  return parseQuantity(typeof value === 'bigint' ? value.toString() : goNumber(value));
}

/** encoding/json writes exponents from 1e21 up and below 1e-6, with two digits at least for negative ones. */
function goNumber(value: number): string {
  return String(value).replace(/e-([0-9])$/, 'e-0$1');
}

/** A whole number as a quantity. */
export function quantityFromInt(value: bigint | number, format: QuantityFormat = 'DecimalSI'): Quantity {
  return { value: BigInt(value), scale: 0, format };
}

/** Thousandths as a quantity. */
export function quantityFromMilli(milli: bigint | number, format: QuantityFormat = 'DecimalSI'): Quantity {
  return { value: BigInt(milli), scale: MILLI, format };
}

/** The text the API server writes: the input where it was canonical enough, else the canonical form. */
export function quantityText(quantity: Quantity): string {
  return quantity.text ?? canonicalQuantity(quantity);
}

/** The shortest form without fraction digits and with the largest suffix, `500m`, `1536Mi`. */
export function canonicalQuantity(quantity: Quantity): string {
  if (quantity.value === 0n) return '0';
  if (quantity.format === 'BinarySI') {
    const whole = scaleTo(quantity, 0);
    const small = whole.value > -1024n && whole.value < 1024n;
    if (whole.exact && !small) return binaryText(whole.value);
  }
  return decimalText(quantity);
}

function binaryText(whole: bigint): string {
  let amount = whole;
  let steps = 0;
  while (amount % 1024n === 0n && steps < BINARY_SUFFIX.length - 1) {
    amount /= 1024n;
    steps++;
  }
  return `${amount}${BINARY_SUFFIX[steps]}`;
}

function decimalText(quantity: Quantity): string {
  let amount = quantity.value;
  let exponent = quantity.scale;
  while (amount % 10n === 0n) {
    amount /= 10n;
    exponent++;
  }
  while (exponent % 3 !== 0 || (quantity.format !== 'DecimalExponent' && exponent > 18)) {
    amount *= 10n;
    exponent--;
  }
  if (quantity.format === 'DecimalExponent') return exponent === 0 ? `${amount}` : `${amount}e${exponent}`;
  return `${amount}${DECIMAL_SUFFIX.get(exponent) ?? ''}`;
}

/** −1, 0 or 1. */
export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  const scale = Math.min(a.scale, b.scale);
  const x = scaleTo(a, scale).value;
  const y = scaleTo(b, scale).value;
  return x < y ? -1 : x > y ? 1 : 0;
}

/** a + b in a's format (b's where a is zero). */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const scale = Math.min(a.scale, b.scale);
  const value = scaleTo(a, scale).value + scaleTo(b, scale).value;
  return { value, scale, format: a.value === 0n ? b.format : a.format };
}

/** a − b in a's format (b's where a is zero). */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return addQuantities(a, { ...b, value: -b.value });
}

/** Rounds away from zero to a multiple of 10^scale; `exact` says that nothing was lost. */
export function roundUpQuantity(quantity: Quantity, scale: number): { quantity: Quantity; exact: boolean } {
  if (quantity.scale >= scale) return { quantity, exact: true };
  const { value, exact } = scaleTo(quantity, scale);
  return { quantity: { value, scale, format: quantity.format }, exact };
}

/** Whole units, rounded away from zero. */
export function quantityValue(quantity: Quantity): bigint {
  return scaleTo(quantity, 0).value;
}

/** Thousandths, rounded away from zero. */
export function quantityMilliValue(quantity: Quantity): bigint {
  return scaleTo(quantity, MILLI).value;
}

/** Whole units as a number, with fractions kept where a float can hold them (0.5 CPU). */
export function quantityNumber(quantity: Quantity): number {
  return Number(`${quantity.value}e${quantity.scale}`);
}

function scaleTo(quantity: Quantity, scale: number): { value: bigint; exact: boolean } {
  const negative = quantity.value < 0n;
  const { value, exact } = shift(negative ? -quantity.value : quantity.value, quantity.scale - scale);
  return { value: negative ? -value : value, exact };
}

/** magnitude × 10^places, rounded up. */
function shift(magnitude: bigint, places: number): { value: bigint; exact: boolean } {
  if (places >= 0) return { value: magnitude * 10n ** BigInt(places), exact: true };
  const divisor = 10n ** BigInt(-places);
  const exact = magnitude % divisor === 0n;
  return { value: magnitude / divisor + (exact ? 0n : 1n), exact };
}

function ceilTo(magnitude: bigint, scale: number, least: number): { value: bigint; scale: number } {
  return scale >= least ? { value: magnitude, scale } : { value: shift(magnitude, scale - least).value, scale: least };
}
