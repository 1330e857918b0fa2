import type { Position } from '../../model/diagnostic.ts';
import type { MapEntry, MapNode, Node, ScalarNode, SequenceNode } from '../source/tree.ts';
import { fieldPath, follow, ITEM, type PathTree } from './paths.ts';

/** What a pass does with the node at a pattern; returning the same node means no change. */
export type Rewrite = (node: Node, path: string) => Node;

/** Applies the rewrites of a path tree; below a rewritten node only the rewrite itself goes on. */
export function rewriteAt(node: Node, tree: PathTree<Rewrite>, path = ''): Node {
  if (tree.value) return tree.value(node, path);
  return rewriteChildren(node, tree, path);
}

/** Applies the rewrites to what is below a node. */
export function rewriteChildren(node: Node, tree: PathTree<Rewrite>, path: string): Node {
  if (node.kind === 'map')
    return mapValues(node, (value, key) => {
      const next = follow(tree, key);
      return next ? rewriteAt(value, next, fieldPath(path, key)) : value;
    });
  const next = node.kind === 'sequence' ? follow(tree, ITEM) : undefined;
  if (node.kind === 'sequence' && next) return mapItems(node, (item, i) => rewriteAt(item, next, fieldPath(path, i)));
  return node;
}

/** A map with other values; undefined drops the entry. The same node comes back when nothing changed. */
export function mapValues(node: MapNode, change: (value: Node, key: string) => Node | undefined): MapNode {
  let entries: Map<string, MapEntry> | undefined;
  for (const entry of node.entries.values()) {
    const value = change(entry.value, entry.key);
    if (value === entry.value) continue;
    entries ??= new Map(node.entries);
    if (value) entries.set(entry.key, { ...entry, value });
    else entries.delete(entry.key);
  }
  return entries ? { ...node, entries } : node;
}

export function mapItems(node: SequenceNode, change: (item: Node, index: number) => Node): SequenceNode {
  let items: Node[] | undefined;
  for (const [i, item] of node.items.entries()) {
    const changed = change(item, i);
    if (changed === item) continue;
    items ??= [...node.items];
    items[i] = changed;
  }
  return items ? { ...node, items } : node;
}

/** A map with some entries set or, where undefined, removed. */
export function withEntries(node: MapNode, changes: Readonly<Record<string, Node | undefined>>): MapNode {
  const entries = new Map(node.entries);
  for (const [key, value] of Object.entries(changes)) {
    if (value) entries.set(key, { key, keyPosition: entries.get(key)?.keyPosition ?? value.position, value });
    else entries.delete(key);
  }
  return { ...node, entries };
}

/** A map that a pass makes itself. */
export function mapOf(values: Readonly<Record<string, Node | undefined>>, position: Position): MapNode {
  return withEntries({ kind: 'map', entries: new Map(), position }, values);
}

export function isMap(node: Node | undefined): node is MapNode {
  return node?.kind === 'map';
}

export function isSequence(node: Node | undefined): node is SequenceNode {
  return node?.kind === 'sequence';
}

export function isNull(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.value === null;
}

/** The text of a string scalar; undefined for anything else. */
export function stringOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** Whether a number was written as a float (`1.0`, `1e3`, `08`), which Go tells from an integer. */
export function isFloat(node: ScalarNode): boolean {
  if (typeof node.value !== 'number') return false;
  if (!Number.isInteger(node.value)) return true;
  const digits = node.text.replace(/^[-+]/, '').replaceAll('_', '');
  if (/^0[xXbBoO]/.test(digits)) return false;
  return /[.eE]/.test(digits) || /^0[0-9]*[89]/.test(digits);
}

export function isInteger(node: Node | undefined): node is ScalarNode {
  return (
    node?.kind === 'scalar' && (typeof node.value === 'bigint' || (typeof node.value === 'number' && !isFloat(node)))
  );
}

/** Name of a node's type in messages. */
export function typeName(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'mapping' : 'list';
  if (node.value === null) return 'null';
  if (typeof node.value === 'bigint') return 'number';
  return typeof node.value;
}
