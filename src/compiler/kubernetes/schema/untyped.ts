import type { Node } from '../../source/tree.ts';
import type { Json, JsonObject } from '../json.ts';

/** A node as plain JSON, where no type says what it must be. */
export function toUntyped(node: Node): Json {
  if (node.kind === 'sequence') return node.items.map(toUntyped);
  if (node.kind === 'scalar') return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  const result: JsonObject = {};
  for (const { key, value } of node.entries.values()) {
    Object.defineProperty(result, key, {
      value: toUntyped(value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return result;
}
