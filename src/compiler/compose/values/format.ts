import type { Node } from '../../source/tree.ts';
import { isFloat } from '../nodes.ts';

/** A value as Go's `%v` prints it: what a number, a boolean or a whole map becomes when it is used as a string. */
export function formatValue(node: Node): string {
  if (node.kind === 'sequence') return `[${node.items.map(formatValue).join(' ')}]`;
  if (node.kind === 'map') {
    const keys = [...node.entries.keys()].sort();
    return `map[${keys.map((key) => `${key}:${formatValue((node.entries.get(key) as { value: Node }).value)}`).join(' ')}]`;
  }
  if (node.value === null) return '<nil>';
  if (typeof node.value === 'number' && isFloat(node)) return formatFloat(node.value);
  return String(node.value);
}

/** Shortest decimal that reads back as the same double, with an exponent below 1e-4 and from 1e6 on. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return plainDecimal(mantissa, power);
  const digits = String(Math.abs(power)).padStart(2, '0');
  return `${mantissa}e${power < 0 ? '-' : '+'}${digits}`;
}

function plainDecimal(mantissa: string, power: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace('-', '').replace('.', '');
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  if (digits.length <= power + 1) return sign + digits.padEnd(power + 1, '0');
  return `${sign}${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`;
}

/** The shortest decimal that reads back as the same 32-bit float, as a number. */
export function shortestFloat32(value: number): number {
  const single = Math.fround(value);
  for (let precision = 1; precision <= 9; precision++) {
    const text = Number(single.toPrecision(precision));
    if (Math.fround(text) === single) return text;
  }
  return single;
}
