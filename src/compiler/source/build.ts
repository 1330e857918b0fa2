import type { Position } from '../../model/diagnostic.ts';
import type { MapEntry, MapNode, Node, ScalarNode, ScalarValue, SequenceNode } from './tree.ts';

/** A scalar that a pass makes itself; `text` is what the value would look like in the file. */
export function scalar(value: ScalarValue, position: Position): ScalarNode {
  return {
    kind: 'scalar',
    value,
    text: value === null ? '' : String(value),
    plain: typeof value !== 'string',
    position,
  };
}

export function sequence(items: readonly Node[], position: Position): SequenceNode {
  return { kind: 'sequence', items, position };
}

export function map(entries: Iterable<MapEntry>, position: Position): MapNode {
  const byKey = new Map<string, MapEntry>();
  for (const entry of entries) byKey.set(entry.key, entry);
  return { kind: 'map', entries: byKey, position };
}

/** The value of a key, or undefined when the node is no map or lacks it. */
export function get(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
}
