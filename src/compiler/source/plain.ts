import type { Node, ScalarValue } from './tree.ts';

/** What a node holds, without places: the JavaScript value of a JSON document, bigints apart. */
export type Plain = ScalarValue | readonly Plain[] | PlainMap;
export interface PlainMap {
  readonly [key: string]: Plain;
}

/** Drops the places and tags of a node. */
export function toPlain(node: Node): Plain {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(toPlain);
  const result: Record<string, Plain> = {};
  for (const { key, value } of node.entries.values()) define(result, key, toPlain(value));
  return result;
}

/** Sets an own property, also for `__proto__`. */
function define(target: Record<string, Plain>, key: string, value: Plain): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  else target[key] = value;
}
