import { parseQuantity, quantityFromScalar, quantityText } from '../../../model/kubernetes/quantity.ts';
import { didYouMean } from '../../../model/suggest.ts';
import type { MapNode, Node, ScalarNode } from '../../source/tree.ts';
import type { Findings } from '../findings.ts';
import type { Json, JsonObject } from '../json.ts';
import type { FieldPath } from '../path.ts';
import { type FieldType, objectType } from './types.ts';
import { toUntyped } from './untyped.ts';
import { dropsZero, REMOVED_FIELDS } from './zero-values.ts';

/**
 * Reads a node as an API type, as the server's JSON decoding does: nothing is coerced, null is absent, a number in a
 * string field is an error. Unknown fields are reported and left out.
 */
export function decodeObject(node: MapNode, type: string, path: FieldPath, findings: Findings): JsonObject {
  const fields = objectType(type);
  const result: JsonObject = {};
  for (const { key, value } of node.entries.values()) {
    const field = fields.get(key);
    if (!field) {
      if (!REMOVED_FIELDS.has(`${type}.${key}`)) unknownField(type, key, path, findings);
      continue;
    }
    const decoded = decodeField(value, field, path.child(key), findings);
    if (decoded !== undefined && !dropsZero(type, key, decoded)) result[key] = decoded;
  }
  return result;
}

function decodeField(node: Node, field: FieldType, path: FieldPath, findings: Findings): Json | undefined {
  if (isNull(node)) return undefined;
  if (field.shape === '[]') return decodeList(node, field.base, path, findings);
  if (field.shape === '') return decodeValue(node, field.base, path, findings);
  return decodeMap(node, field, path, findings);
}

function decodeList(node: Node, base: string, path: FieldPath, findings: Findings): Json | undefined {
  if (node.kind !== 'sequence') return wrongType(node, 'a list', path, findings, listFix(node));
  return node.items.map((item, i) => decodeItem(item, base, path.index(i), findings) ?? null);
}

function decodeMap(node: Node, field: FieldType, path: FieldPath, findings: Findings): Json | undefined {
  if (node.kind !== 'map') return wrongType(node, 'a map', path, findings);
  const result: JsonObject = {};
  for (const { key, value } of node.entries.values()) {
    const at = path.child(key);
    const decoded =
      field.shape === '[]{}'
        ? isNull(value)
          ? []
          : decodeList(value, field.base, at, findings)
        : decodeItem(value, field.base, at, findings);
    if (decoded !== undefined) setKey(result, key, decoded);
  }
  return result;
}

/** An entry of a list or map: null is the type's zero value there. */
function decodeItem(node: Node, base: string, path: FieldPath, findings: Findings): Json | undefined {
  if (!isNull(node)) return decodeValue(node, base, path, findings);
  if (base === 's' || base === 'y') return '';
  if (base === 'q') return '0';
  return base.length === 1 ? null : {};
}

function decodeValue(node: Node, base: string, path: FieldPath, findings: Findings): Json | undefined {
  if (base === 'o') return toUntyped(node);
  if (base.length > 1) {
    if (node.kind !== 'map') return wrongType(node, 'a map', path, findings);
    return decodeObject(node, base, path, findings);
  }
  const expected = SCALAR_NAMES[base] ?? 'a value';
  if (node.kind !== 'scalar') return wrongType(node, expected, path, findings);
  const value = decodeScalar(node, base);
  return value === undefined ? wrongType(node, expected, path, findings, scalarFix(node, base)) : value;
}

const SCALAR_NAMES: Readonly<Record<string, string>> = {
  s: 'a string',
  b: 'true or false',
  i: 'a whole number of 32 bits',
  l: 'a whole number of 64 bits',
  d: 'a number',
  t: 'a time such as 2024-05-01T12:00:00Z',
  y: 'a string in base64',
  q: 'a quantity such as 500m or 2Gi',
  x: 'a whole number or a string',
};

function decodeScalar({ value }: ScalarNode, base: string): Json | undefined {
  switch (base) {
    case 's':
      return typeof value === 'string' ? value : undefined;
    case 'b':
      return typeof value === 'boolean' ? value : undefined;
    case 'i':
      return integer(value, 2n ** 31n);
    case 'l':
      return integer(value, 2n ** 63n);
    case 'd':
      return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
    case 't':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)
        ? value
        : undefined;
    case 'y':
      return typeof value === 'string' && isBase64(value) ? value : undefined;
    case 'q':
      return quantity(value);
    case 'x':
      return typeof value === 'string' ? value : integer(value, 2n ** 31n);
    default:
      return undefined;
  }
}

function integer(value: ScalarNode['value'], bound: bigint): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
  const whole = BigInt(value);
  return whole >= -bound && whole < bound ? Number(value) : undefined;
}

function quantity(value: ScalarNode['value']): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  const read = quantityFromScalar(value);
  return read && quantityText(read);
}

/** Line breaks inside are skipped, as Go's decoder does. */
export function isBase64(text: string): boolean {
  const bare = text.replace(/[\r\n]/g, '');
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function wrongType(node: Node, expected: string, path: FieldPath, findings: Findings, fix?: string): undefined {
  findings.wrongType(path, { detail: `${expected} is needed here, not ${kindOf(node)}`, fix });
  return undefined;
}

function kindOf(node: Node): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'sequence') return 'a list';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'boolean') return `the boolean ${node.value}`;
  return typeof node.value === 'string' ? 'a string' : 'a number';
}

function listFix(node: Node): string | undefined {
  if (node.kind === 'scalar') return 'write a list: one `- ` entry per line, or [a, b]';
  return 'put `- ` before each entry';
}

/** What was probably meant. */
function scalarFix({ value, text }: ScalarNode, base: string): string | undefined {
  if (base === 's' && value !== null && typeof value !== 'string') return `quote it: "${text}"`;
  if ((base === 'i' || base === 'l') && typeof value === 'string' && /^[+-]?\d+$/.test(value.trim())) {
    return `write it without quotes: ${value.trim()}`;
  }
  if (base === 'b' && typeof value === 'string' && /^(true|false|yes|no|on|off)$/i.test(value)) {
    return 'write true or false without quotes';
  }
  if (base === 'q' && typeof value === 'string') return quantityFix(value);
  return undefined;
}

const UNITS: Readonly<Record<string, string>> = { k: 'Ki', m: 'Mi', g: 'Gi', t: 'Ti', p: 'Pi', e: 'Ei' };

/** `2Gib`, `10GB`, `100 m`, `1K`: the quantity that was probably meant. */
function quantityFix(value: string): string | undefined {
  const joined = value.trim().replace(/(\d)\s+/, '$1');
  const match = /^([\d.]+)\s*([a-z])(ib|i|b)?$/i.exec(joined);
  const unit = match && UNITS[(match[2] ?? '').toLowerCase()];
  const binary = match && unit && (match[3] ?? '').toLowerCase().startsWith('i');
  const candidates = match && unit ? [`${match[1]}${binary ? unit : decimalUnit(match[2] ?? '')}`] : [];
  return didYouMean(
    value,
    [joined, ...candidates].filter((text) => parseQuantity(text)),
  );
}

function decimalUnit(letter: string): string {
  return letter.toLowerCase() === 'k' ? 'k' : letter.toUpperCase();
}

function unknownField(type: string, key: string, path: FieldPath, findings: Findings): void {
  const fields = objectType(type);
  const meant = didYouMean(key, fields.keys());
  const holder = [...fields].find(
    ([, { base, shape }]) => shape === '' && base.length > 1 && objectType(base).has(key),
  );
  const fix = meant ?? (holder ? `it belongs under \`${holder[0]}\`` : undefined);
  findings.unknownField(path.child(key), { detail: `\`${key}\` is not a field of ${readable(type)}`, fix });
}

/** `V1beta1IngressBackend` → `IngressBackend`. */
function readable(type: string): string {
  return type.replace(/^V\d+(?:(?:alpha|beta)\d+)?(?=[A-Z])/, '').replace(/^Core(?=V?\d?[A-Z])/, '');
}

function setKey(target: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, writable: true });
  else target[key] = value;
}
