import type { MapNode, Node } from '../source/tree.ts';
import { isNull, isSequence, type Rewrite, rewriteChildren, stringOf } from './nodes.ts';
import { pathTree } from './paths.ts';

const EMPTY_ITEMS = pathTree<Rewrite>({ 'services.*.dns': (node) => withoutEmpty(node) });

/** Drops what an unset variable leaves in lists where an empty item means nothing. */
export function omitEmpty(document: MapNode): MapNode {
  return rewriteChildren(document, EMPTY_ITEMS, '') as MapNode;
}

function withoutEmpty(node: Node): Node {
  if (!isSequence(node)) return node;
  const items = node.items.filter((item) => !isNull(item) && stringOf(item) !== '');
  return items.length === node.items.length ? node : { ...node, items };
}
