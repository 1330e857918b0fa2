import { scalar } from '../source/build.ts';
import type { MapNode, Node } from '../source/tree.ts';
import { isMap, type Rewrite, rewriteChildren } from './nodes.ts';
import { pathTree } from './paths.ts';
import { withDefaults } from './short-forms.ts';
import { formatValue } from './values/format.ts';

const DEFAULTS = pathTree<Rewrite>({
  'services.*.build': (node) => given(node, { context: '.' }),
  'services.*.secrets.*': (node) => given(node, { target: `/run/secrets/${sourceOf(node)}` }),
  'services.*.ports.*': (node) => given(node, { protocol: 'tcp', mode: 'ingress' }),
  'services.*.deploy.resources.reservations.devices.*': deviceCount,
  'services.*.gpus.*': deviceCount,
});

/** Sets what the specification implies where a file is silent. */
export function setDefaults(document: MapNode): MapNode {
  return rewriteChildren(document, DEFAULTS, '') as MapNode;
}

function given(node: Node, defaults: Readonly<Record<string, string>>): Node {
  if (!isMap(node)) return node;
  const nodes = Object.entries(defaults).map(([key, value]) => [key, scalar(value, node.position)]);
  return withDefaults(node, Object.fromEntries(nodes));
}

function sourceOf(node: Node): string {
  const source = isMap(node) ? node.entries.get('source')?.value : undefined;
  return source ? formatValue(source) : '%!s(<nil>)';
}

function deviceCount(node: Node): Node {
  return isMap(node) && !node.entries.has('device_ids') ? given(node, { count: 'all' }) : node;
}
