import type { MapEntry, MapNode, Node } from '../../source/tree.ts';
import { isMap, mapItems, mapValues } from '../nodes.ts';
import { follow, type PathTree, pathTree } from '../paths.ts';

/** The key below which a map's `x-` entries are gathered; no file can hold it. */
export const EXTENSIONS = '#extensions';

/** Maps whose keys are names of the user's choice, so that `x-` says nothing there. */
const NAMED = pathTree<true>({
  services: true,
  'services.*.depends_on': true,
  volumes: true,
  networks: true,
  secrets: true,
  configs: true,
});

/** Gathers the `x-` entries of every map, as the reference does, in plain dictionaries too. */
export function gatherExtensions(document: MapNode): MapNode {
  return visit(document, NAMED);
}

function visit(node: MapNode, names: PathTree<true> | undefined): MapNode {
  const inner = mapValues(node, (value, key) => {
    if (!names?.value && key.startsWith('x-')) return value;
    return descend(value, follow(names, key));
  });
  if (names?.value || !hasExtension(inner)) return inner;
  const entries = new Map<string, MapEntry>();
  const extensions = new Map<string, MapEntry>();
  for (const entry of inner.entries.values()) (entry.key.startsWith('x-') ? extensions : entries).set(entry.key, entry);
  const value: MapNode = { kind: 'map', entries: extensions, position: inner.position };
  entries.set(EXTENSIONS, { key: EXTENSIONS, keyPosition: inner.position, value });
  return { ...inner, entries };
}

function descend(node: Node, names: PathTree<true> | undefined): Node {
  if (isMap(node)) return visit(node, names);
  if (node.kind !== 'sequence') return node;
  return mapItems(node, (item) => (isMap(item) ? visit(item, undefined) : item));
}

function hasExtension(node: MapNode): boolean {
  for (const key of node.entries.keys()) if (key.startsWith('x-')) return true;
  return false;
}
