import { scalar } from '../source/build.ts';
import type { MapEntry, MapNode, Node, SequenceNode } from '../source/tree.ts';
import { isMap, isNull, isSequence, mapOf, stringOf, typeName } from './nodes.ts';
import { fieldPath, follow, type PathTree, pathTree } from './paths.ts';
import { fail, type Session } from './session.ts';
import { formatValue } from './values/format.ts';

type Merger = (base: Node, over: Node, context: MergeContext) => Node;

interface MergeContext {
  readonly session: Session;
  readonly path: string;
  readonly tree: PathTree<Merger> | undefined;
}

const replace: Merger = (_base, over) => over;
const concatenate: Merger = (base, over) => joined(base, [...asSequence(base), ...asSequence(over)]);

const MERGERS: PathTree<Merger> = pathTree<Merger>({
  'networks.*.ipam.config': mergeIpamConfig,
  'networks.*.labels': concatenate,
  'volumes.*.labels': concatenate,
  'services.*.annotations': concatenate,
  'services.*.build': mergeBuild,
  'services.*.build.args': concatenate,
  'services.*.build.additional_contexts': concatenate,
  'services.*.build.extra_hosts': mergeExtraHosts,
  'services.*.build.labels': concatenate,
  'services.*.command': replace,
  'services.*.depends_on': mergeDependencies,
  'services.*.deploy.labels': concatenate,
  'services.*.dns': concatenate,
  'services.*.dns_opt': concatenate,
  'services.*.dns_search': concatenate,
  'services.*.entrypoint': replace,
  'services.*.env_file': concatenate,
  'services.*.label_file': concatenate,
  'services.*.environment': concatenate,
  'services.*.extra_hosts': mergeExtraHosts,
  'services.*.healthcheck.test': replace,
  'services.*.labels': concatenate,
  'services.*.volumes.*.volume.labels': concatenate,
  'services.*.logging': mergeLogging,
  'services.*.models': mergeNamed,
  'services.*.networks': mergeNamed,
  'services.*.sysctls': concatenate,
  'services.*.tmpfs': concatenate,
  'services.*.ulimits.*': replace,
});

/** Lays a whole file over what the files before it gave. */
export function mergeDocuments(base: MapNode, over: MapNode, session: Session): MapNode {
  return mergeMaps(base, over, { session, path: '', tree: MERGERS });
}

/** Lays a service over the one it extends. */
export function mergeService(base: MapNode, over: MapNode, name: string, session: Session): MapNode {
  const tree = follow(follow(MERGERS, 'services'), name);
  return mergeMaps(base, over, { session, path: `services.${name}`, tree });
}

function mergeNodes(base: Node, over: Node, context: MergeContext): Node {
  if (context.tree?.value) return context.tree.value(base, over, context);
  if (isNull(over)) return base;
  if (base.kind === 'scalar') return over;
  if (isMap(base) && isMap(over)) return mergeMaps(base, over, context);
  if (isSequence(base) && isSequence(over)) return joined(base, [...base.items, ...over.items]);
  return clash(base, over, context);
}

function clash(base: Node, over: Node, context: MergeContext): Node {
  fail(context.session, 'merge-type', {
    message: 'a value cannot be laid over one of another type',
    position: over.position,
    path: context.path,
    detail: `a ${typeName(over)} over a ${typeName(base)}`,
    fix: `write a ${typeName(base)} here, or replace the other with !override`,
    related: [{ position: base.position, message: 'what it is laid over' }],
  });
  return base;
}

function mergeMaps(base: MapNode, over: MapNode, context: MergeContext): MapNode {
  const entries = new Map<string, MapEntry>(base.entries);
  for (const entry of over.entries.values()) {
    const before = base.entries.get(entry.key);
    if (!before) {
      entries.set(entry.key, entry);
      continue;
    }
    const path = fieldPath(context.path, entry.key);
    const value = mergeNodes(before.value, entry.value, { ...context, path, tree: follow(context.tree, entry.key) });
    entries.set(entry.key, value === before.value ? before : { ...entry, value });
  }
  return { ...base, entries };
}

function joined(base: Node, items: readonly Node[]): SequenceNode {
  return { kind: 'sequence', items, position: base.position };
}

/** `KEY=value` items of a map, sorted; a list as it is; a string as its only item. */
function asSequence(node: Node): readonly Node[] {
  if (isSequence(node)) return node.items;
  if (node.kind === 'scalar') return stringOf(node) === undefined ? [] : [node];
  const items = [...node.entries.values()].flatMap(({ key, value }) => {
    if (isNull(value)) return [scalar(key, value.position)];
    const values = isSequence(value) ? value.items : [value];
    return values.map((item) => scalar(`${key}=${formatValue(item)}`, item.position));
  });
  return items.sort((a, b) => compareText(String(a.value), String(b.value)));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function mergeBuild(base: Node, over: Node, context: MergeContext): Node {
  const left = buildMap(base);
  const right = buildMap(over);
  if (!right) return base;
  return left ? mergeMaps(left, right, context) : right;
}

function buildMap(node: Node): MapNode | undefined {
  if (isMap(node)) return node;
  return stringOf(node) === undefined ? undefined : mapOf({ context: node }, node.position);
}

function mergeExtraHosts(base: Node, over: Node): Node {
  const left = asSequence(base);
  const known = new Set(left.map(plainKey));
  return joined(base, [...left, ...asSequence(over).filter((item) => !known.has(plainKey(item)))]);
}

function plainKey(node: Node): string {
  return node.kind === 'scalar' ? `${typeof node.value}:${String(node.value)}` : formatValue(node);
}

function mergeLogging(base: Node, over: Node, context: MergeContext): Node {
  if (!isMap(base) || !isMap(over)) return isNull(over) ? base : isNull(base) ? over : clash(base, over, context);
  const before = base.entries.get('driver')?.value;
  const now = over.entries.get('driver')?.value;
  return before && now && plainKey(before) !== plainKey(now) ? over : mergeMaps(base, over, context);
}

function mergeDependencies(base: Node, over: Node, context: MergeContext): Node {
  const started = (item: Node): Node =>
    mapOf(
      { condition: scalar('service_started', item.position), required: scalar(true, item.position) },
      item.position,
    );
  return mergeKeyed(base, over, context, started);
}

function mergeNamed(base: Node, over: Node, context: MergeContext): Node {
  return mergeKeyed(base, over, context, (item) => scalar(null, item.position));
}

function mergeKeyed(base: Node, over: Node, context: MergeContext, value: (item: Node) => Node): Node {
  const left = asMapping(base, value);
  const right = asMapping(over, value);
  if (!left || !right) return clash(base, over, context);
  return mergeMaps(left, right, context);
}

/** A list of names as a map; nothing as an empty one. */
function asMapping(node: Node, value: (item: Node) => Node): MapNode | undefined {
  if (isMap(node)) return node;
  const empty: MapNode = { kind: 'map', entries: new Map(), position: node.position };
  if (node.kind === 'scalar') return node.value === null ? empty : undefined;
  const entries = new Map<string, MapEntry>();
  for (const item of node.items) {
    const key = stringOf(item);
    if (key === undefined) return undefined;
    entries.set(key, { key, keyPosition: item.position, value: value(item) });
  }
  return { ...empty, entries };
}

/**
 * Pools are matched by subnet. The reference lays each pool of the later file over each of the earlier one in turn and
 * changes the earlier one while it goes, which decides what a pool with a new subnet inherits; this does the same.
 */
function mergeIpamConfig(base: Node, over: Node, context: MergeContext): Node {
  if (!isSequence(base) || !isSequence(over)) return isNull(over) ? base : clash(base, over, context);
  const pools: MapNode[] = [];
  const indexOf = (subnet: string) => pools.findIndex((pool) => subnetOf(pool) === subnet);
  for (const original of base.items) {
    let left: Node = original;
    for (const right of over.items) {
      if (!isMap(left) || !isMap(right)) return over;
      const at = indexOf(subnetOf(right));
      if (subnetOf(left) !== subnetOf(right) && at < 0) {
        pools.push(right);
        continue;
      }
      const before = left;
      left = mergeMaps(left, right, { ...context, tree: undefined });
      const aliased = pools.indexOf(before);
      if (aliased >= 0) pools[aliased] = left;
      const existing = indexOf(subnetOf(left));
      if (existing >= 0) pools[existing] = left;
      else pools.push(left);
    }
  }
  return joined(base, pools);
}

function subnetOf(pool: MapNode): string {
  const subnet = pool.entries.get('subnet')?.value;
  return subnet ? plainKey(subnet) : '';
}
