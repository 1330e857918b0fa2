import type { MapNode, Node } from '../source/tree.ts';
import { isMap, mapItems, mapValues } from './nodes.ts';

/** A path of keys that a file wants gone from what it is merged over. */
export type ResetPath = readonly string[];

export interface ResetResult {
  /** The document without what is tagged `!reset`. */
  readonly node: Node;
  /** Paths tagged `!reset` or `!override`, to be removed from the files merged before. */
  readonly paths: readonly ResetPath[];
}

/** Takes the `!reset` and `!override` tags out of a document. */
export function collectResets(node: Node): ResetResult {
  const paths: ResetPath[] = [];
  return { node: visit(node, [], paths) ?? node, paths };
}

function visit(node: Node, path: ResetPath, paths: ResetPath[]): Node | undefined {
  if (node.tag === '!reset') {
    paths.push(path);
    return undefined;
  }
  if (node.tag === '!override') {
    paths.push(path);
    return node;
  }
  if (node.kind === 'map')
    return mapValues(node, (value, key) => (mayTag(value) ? visit(value, [...path, key], paths) : value));
  if (node.kind !== 'sequence' || !node.items.some(mayTag)) return node;
  const kept = node.items.filter((item) => item.tag !== '!reset');
  // A tag within a list names a place no other file has: what is tagged goes, nothing else does.
  return mapItems({ ...node, items: kept }, (item) => visit(item, [], []) ?? item);
}

function mayTag(node: Node): boolean {
  return node.kind !== 'scalar' || node.tag !== undefined;
}

/** Removes the paths from a map; what is not there is passed over. */
export function applyResets(node: MapNode, paths: readonly ResetPath[]): MapNode {
  return paths.reduce((result, path) => remove(result, path), node);
}

function remove(node: MapNode, [key, ...rest]: ResetPath): MapNode {
  if (key === undefined || !node.entries.has(key)) return node;
  return mapValues(node, (value, name) => {
    if (name !== key) return value;
    if (rest.length === 0) return undefined;
    return isMap(value) ? remove(value, rest) : value;
  });
}
