import { TIMESTAMP_TAG } from '../../source/resolve-scalar.ts';
import type { MapNode, Node, ScalarNode } from '../../source/tree.ts';
import { BOOLEAN_WORDS } from '../interpolate.ts';
import { isFloat, typeName } from '../nodes.ts';
import { fieldPath } from '../paths.ts';
import { fail, type Session } from '../session.ts';
import { parseGoFloat, parseGoInteger } from '../values/bytes.ts';
import { formatValue, shortestFloat32 } from '../values/format.ts';
import { EXTENSIONS } from './extensions.ts';

/** A JSON value; integers beyond 2^53 are bigints. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonMap;
export interface JsonMap {
  readonly [key: string]: Json;
}

/** `x-` entries of a map, beside its printed fields. */
export const extensionsOf: unique symbol = Symbol('extensions');

/** Gives a node the type of its field and the form it is printed in; undefined is left out of the output. */
export type Codec = (node: Node, path: string, session: Session) => Json | undefined;

/** Reports a value that its field cannot take. */
export function refuse(node: Node, path: string, session: Session, wanted: string): undefined {
  fail(session, 'type', {
    message: 'a value has the wrong type',
    position: node.position,
    path,
    detail: `${path} must be ${wanted}, not ${node.kind === 'scalar' ? `the ${typeName(node)} ${formatValue(node)}` : `a ${typeName(node)}`}`,
    fix: `write ${wanted}`,
  });
  return undefined;
}

/** Leaves out what is null, and what equals the zero value of its type. */
export function nonEmpty(codec: Codec): Codec {
  return (node, path, session) => {
    if (node.kind === 'scalar' && node.value === null) return undefined;
    const value = codec(node, path, session);
    return isZero(value) ? undefined : value;
  };
}

/** Leaves out only what is null: a field that is set, whatever to, is printed. */
export function whenSet(codec: Codec): Codec {
  return (node, path, session) =>
    node.kind === 'scalar' && node.value === null ? undefined : codec(node, path, session);
}

function isZero(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0 || value === 0n)
    return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

export const text: Codec = (node, path, session) => textOf(node) ?? refuse(node, path, session, 'a string');

/** Strings, and integers as strings; null is the empty string. */
function textOf(node: Node): string | undefined {
  if (node.kind !== 'scalar') return undefined;
  if (node.value === null) return '';
  if (typeof node.value === 'string') return node.value;
  return (typeof node.value === 'number' && !isFloat(node)) || typeof node.value === 'bigint'
    ? String(node.value)
    : undefined;
}

export const boolean: Codec = (node, path, session) => {
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? BOOLEAN_WORDS.get(value.toLowerCase()) : undefined;
  return word ?? refuse(node, path, session, 'true or false');
};

export const integer: Codec = (node, path, session) => {
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Math.trunc(value);
  const parsed = typeof value === 'string' ? parseGoInteger(value) : undefined;
  return parsed ?? refuse(node, path, session, 'a whole number');
};

/** An integer that may not be written as a string and not be negative. */
export function unsigned(maximum: number): Codec {
  return (node, path, session) => {
    const value = node.kind === 'scalar' ? node.value : undefined;
    if (typeof value === 'bigint') return value;
    if (typeof value !== 'number' || value < 0)
      return refuse(node, path, session, 'a whole number, 0 or more, without quotes');
    const whole = Math.trunc(value);
    return maximum === Number.POSITIVE_INFINITY ? whole : whole % (maximum + 1);
  };
}

export const float: Codec = (node, path, session) => {
  const value = node.kind === 'scalar' ? node.value : undefined;
  const number = typeof value === 'string' ? parseGoFloat(value) : typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' ? shortestFloat32(number) : refuse(node, path, session, 'a number');
};

/** A list of strings; a single string is not taken for one. */
export function listOf(codec: Codec): Codec {
  return (node, path, session) => {
    if (node.kind !== 'sequence') return refuse(node, path, session, 'a list');
    return node.items.flatMap((item, i) => codec(item, fieldPath(path, i), session) ?? []);
  };
}

/** A map from names of the user's choice. */
export function mapOf(codec: Codec): Codec {
  return (node, path, session) => {
    if (node.kind !== 'map') return refuse(node, path, session, 'a mapping');
    const entries = [...node.entries.values()].flatMap(({ key, value }): [string, Json][] => {
      const printed = codec(value, fieldPath(path, key), session);
      return printed === undefined ? [] : [[key, printed]];
    });
    return sortedEntries(entries);
  };
}

/** Null stays null; for maps whose names may have nothing behind them. */
export function orNull(codec: Codec): Codec {
  return (node, path, session) => (node.kind === 'scalar' && node.value === null ? null : codec(node, path, session));
}

/** An object, its keys as given, `__proto__` too. */
export function fromEntries(entries: readonly (readonly [string, Json])[]): JsonMap {
  const result: Record<string, Json> = {};
  for (const [key, value] of entries) {
    if (key === '__proto__')
      Object.defineProperty(result, key, { value, enumerable: true, writable: true, configurable: true });
    else result[key] = value;
  }
  return result;
}

/** An object with its keys in order, as maps are printed. */
export function sortedEntries(entries: readonly (readonly [string, Json])[]): JsonMap {
  return fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

export type Fields = readonly (readonly [string, Codec])[];

/** A struct: its fields in the order they are printed in. Unknown keys are the structural check's business. */
export function struct(fields: Fields): Codec {
  return (node, path, session) => {
    if (node.kind !== 'map') return refuse(node, path, session, 'a mapping');
    return readFields(node, fields, path, session);
  };
}

function readFields(node: MapNode, fields: Fields, path: string, session: Session): JsonMap {
  const result: Record<string | symbol, Json> = {};
  for (const [name, codec] of fields) {
    const given = node.entries.get(name)?.value ?? absent(node);
    const value = codec(given, fieldPath(path, name), session);
    if (value !== undefined) result[printedName(codec, name)] = value;
  }
  const extensions = node.entries.get(EXTENSIONS)?.value;
  if (extensions?.kind === 'map') result[extensionsOf] = plainJson(extensions);
  return result as JsonMap;
}

const names = new WeakMap<Codec, string>();

/** Prints a field under another name than it is written with. */
export function printedAs(name: string, codec: Codec): Codec {
  const wrapped: Codec = (node, path, session) => codec(node, path, session);
  names.set(wrapped, name);
  return wrapped;
}

function printedName(codec: Codec, name: string): string {
  return names.get(codec) ?? name;
}

function absent(node: MapNode): ScalarNode {
  return { kind: 'scalar', value: null, text: '', plain: true, position: node.position };
}

/** A struct that is printed even when nothing of it is set. */
export function always(codec: Codec): Codec {
  return (node, path, session) =>
    codec(
      node.kind === 'scalar' && node.value === null
        ? { kind: 'map', entries: new Map(), position: node.position }
        : node,
      path,
      session,
    );
}

/** What `x-` holds is printed as written. */
export function plainJson(node: Node): Json {
  if (node.kind === 'sequence') return node.items.map(plainJson);
  if (node.kind === 'map')
    return fromEntries([...node.entries.values()].map(({ key, value }) => [key, plainJson(value)]));
  return node.tag === TIMESTAMP_TAG ? timestamp(node.text) : node.value;
}

/** A date as Go prints it: `2001-12-14` becomes `2001-12-14T00:00:00Z`. */
function timestamp(text: string): string {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)(?:[Tt ]+(.*))?$/.exec(text) ?? [];
  const [, hours = '0', minutes = '00', seconds = '00', fraction = '', zone = 'Z'] =
    /^(\d+):(\d+):(\d+)(?:\.(\d*))?(Z|[-+].*)?$/.exec(time ?? '') ?? [];
  const two = (part: string | undefined) => (part ?? '').padStart(2, '0');
  const digits = fraction.replace(/0+$/, '');
  const clock = `${two(hours)}:${two(minutes)}:${two(seconds)}${digits && `.${digits}`}`;
  return `${year}-${two(month)}-${two(day)}T${clock}${zone}`;
}
