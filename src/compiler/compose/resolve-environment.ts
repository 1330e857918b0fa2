import { scalar } from '../source/build.ts';
import type { MapNode, Node } from '../source/tree.ts';
import { isMap, isSequence, mapItems, type Rewrite, rewriteChildren, stringOf, withEntries } from './nodes.ts';
import { pathTree } from './paths.ts';
import type { Lookup } from './template.ts';

/** Where the value of a secret that comes from a variable is kept until the end; no file can name this key. */
export const SECRET_VALUE = 'x-#value';

/**
 * Gives `environment: [NAME]` items and secrets and configs that come from a variable the value it has here, that is in
 * the environment of the file that says so.
 */
export function resolveEnvironment(document: MapNode, lookup: Lookup): MapNode {
  const tree = pathTree<Rewrite>({
    'services.*.environment': (node) => (isSequence(node) ? mapItems(node, (item) => pair(item, lookup)) : node),
    'secrets.*': (node) => payload(node, SECRET_VALUE, lookup),
    'configs.*': (node) => payload(node, 'content', lookup),
  });
  return rewriteChildren(document, tree, '') as MapNode;
}

function pair(item: Node, lookup: Lookup): Node {
  const name = stringOf(item);
  const value = name === undefined ? undefined : lookup(name);
  return value === undefined ? item : scalar(`${name}=${value}`, item.position);
}

function payload(node: Node, key: string, lookup: Lookup): Node {
  const variable = isMap(node) ? node.entries.get('environment')?.value : undefined;
  const value = lookup(stringOf(variable) ?? '');
  return isMap(node) && variable && value !== undefined
    ? withEntries(node, { [key]: scalar(value, variable.position) })
    : node;
}
