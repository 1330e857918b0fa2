import { LEGACY_TABLE } from './legacy.ts';
import { API_TABLE } from './table.generated.ts';

/**
 * A field's type. Codes of scalars: `s` string, `b` boolean, `i` int32, `l` int64, `d` double, `t` time, `y` bytes in
 * base64, `q` quantity, `x` number or string, `o` anything; any other name is an object type.
 */
export interface FieldType {
  readonly base: string;
  /** Outermost first: `[]` a list, `{}` a map with string keys. */
  readonly shape: '' | '[]' | '{}' | '[]{}';
}

export type ObjectType = ReadonlyMap<string, FieldType>;

let lines: Map<string, string> | undefined;
const parsed = new Map<string, ObjectType>();

/** The fields of an API type. Parsed when first asked for: a file uses a few dozen of them. */
export function objectType(name: string): ObjectType {
  const known = parsed.get(name);
  if (known) return known;
  lines ??= readLines();
  const type = parseFields(lines.get(name) ?? '');
  parsed.set(name, type);
  return type;
}

function readLines(): Map<string, string> {
  const table = new Map<string, string>();
  for (const line of `${API_TABLE}\n${LEGACY_TABLE}`.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) table.set(line.slice(0, space), line.slice(space + 1));
  }
  return table;
}

function parseFields(text: string): ObjectType {
  const fields = new Map<string, FieldType>();
  for (const part of text.split(',')) {
    const colon = part.indexOf(':');
    if (colon > 0) fields.set(part.slice(0, colon), parseType(part.slice(colon + 1)));
  }
  return fields;
}

function parseType(code: string): FieldType {
  if (code.endsWith('[]{}')) return { base: code.slice(0, -4), shape: '[]{}' };
  if (code.endsWith('[]')) return { base: code.slice(0, -2), shape: '[]' };
  if (code.endsWith('{}')) return { base: code.slice(0, -2), shape: '{}' };
  return { base: code, shape: '' };
}
