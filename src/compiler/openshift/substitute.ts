import { map, scalar } from '../source/build.ts';
import type { MapEntry, Node, ScalarNode } from '../source/tree.ts';

const REFERENCE = /\$\{([a-zA-Z0-9_]+)\}/g;
const WHOLE = /^\$\{\{([a-zA-Z0-9_]+)\}\}$/;

/**
 * Puts parameters into a template's object: `${NAME}` inside any string and map key; a whole string `${{NAME}}` becomes
 * the JSON value that the parameter holds, or stays a string where it holds none. Unknown names stay as written.
 */
export function substitute(node: Node, values: ReadonlyMap<string, string>): Node {
  if (node.kind === 'scalar') return typeof node.value === 'string' ? substituteString(node, values) : node;
  if (node.kind === 'sequence') return { ...node, items: node.items.map((item) => substitute(item, values)) };
  const entries = [...node.entries.values()].map((entry): MapEntry => {
    return { ...entry, key: fill(entry.key, values), value: substitute(entry.value, values) };
  });
  return map(entries, node.position);
}

function substituteString(node: ScalarNode, values: ReadonlyMap<string, string>): Node {
  const text = String(node.value);
  const whole = WHOLE.exec(text);
  const value = whole ? values.get(whole[1] ?? '') : undefined;
  if (value !== undefined) return fromJson(value, node);
  const filled = fill(text, values);
  return filled === text ? node : scalar(filled, node.position);
}

function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.includes('${') ? text.replace(REFERENCE, (whole, name: string) => values.get(name) ?? whole) : text;
}

/** A JSON text as nodes at the place of the reference. */
function fromJson(text: string, at: ScalarNode): Node {
  try {
    return toNode(JSON.parse(text), at);
  } catch {
    return scalar(text, at.position);
  }
}

function toNode(value: unknown, at: ScalarNode): Node {
  const { position } = at;
  if (Array.isArray(value)) return { kind: 'sequence', items: value.map((item) => toNode(item, at)), position };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => ({
      key,
      keyPosition: position,
      value: toNode(item, at),
    }));
    return map(entries, position);
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return scalar(value, position);
  return scalar(null, position);
}
