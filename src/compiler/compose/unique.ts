import type { MapNode, Node, SequenceNode } from '../source/tree.ts';
import { isInteger, isMap, isSequence, type Rewrite, rewriteChildren, stringOf, typeName } from './nodes.ts';
import { type PathTree, pathTree } from './paths.ts';
import { fail, type Session } from './session.ts';
import { parseVolumeSpec } from './values/volume.ts';

/** The identity of an item, or why it has none. */
type Identify = (item: Node) => string | { readonly problem: string; readonly fix: string };

const KEY_VALUE = [
  'networks.*.labels networks.*.ipam.options services.*.annotations services.*.build.args',
  'services.*.build.additional_contexts services.*.build.platform services.*.build.tags services.*.build.labels',
  'services.*.cap_add services.*.cap_drop services.*.deploy.labels services.*.dns services.*.dns_opt',
  'services.*.dns_search services.*.environment services.*.labels services.*.links',
  'services.*.networks.*.aliases services.*.networks.*.link_local_ips services.*.profiles services.*.sysctls',
  'services.*.tmpfs',
];

const IDENTITIES: Readonly<Record<string, Identify>> = {
  ...Object.fromEntries(
    KEY_VALUE.join(' ')
      .split(' ')
      .map((path) => [path, byName]),
  ),
  'services.*.volumes': byTarget,
  'services.*.devices': byDeviceTarget,
  'services.*.configs': (item) => byMount(item, ''),
  'services.*.secrets': (item) => byMount(item, '/run/secrets'),
  'services.*.env_file': byPath,
  'services.*.expose': byPort,
  'services.*.ports': byPublishedPort,
};

/** Of list items with the same identity the last one stays, at the place of the first. */
export function enforceUnique(document: MapNode, session: Session): MapNode {
  return rewriteChildren(document, uniqueTree(session), '') as MapNode;
}

const trees = new WeakMap<Session, PathTree<Rewrite>>();

function uniqueTree(session: Session): PathTree<Rewrite> {
  let tree = trees.get(session);
  if (!tree) {
    const rewrites = Object.entries(IDENTITIES).map(([path, identify]): [string, Rewrite] => [
      path,
      (node, at) => (isSequence(node) ? unique(node, identify, at, session) : node),
    ]);
    tree = pathTree(Object.fromEntries(rewrites));
    trees.set(session, tree);
  }
  return tree;
}

function unique(node: SequenceNode, identify: Identify, path: string, session: Session): SequenceNode {
  const items: Node[] = [];
  const places = new Map<string, number>();
  for (const [i, item] of node.items.entries()) {
    const identity = identify(item);
    if (typeof identity !== 'string') {
      const { problem, fix } = identity;
      fail(session, 'list-item', { message: problem, position: item.position, path: `${path}[${i}]`, fix });
      continue;
    }
    const place = places.get(identity);
    if (place === undefined) {
      places.set(identity, items.length);
      items.push(item);
    } else {
      items[place] = item;
    }
  }
  return items.length === node.items.length ? node : { ...node, items };
}

function byName(item: Node): ReturnType<Identify> {
  const text = stringOf(item);
  if (text === undefined)
    return { problem: `a list item is a ${typeName(item)}, not a string`, fix: 'put quotes around it' };
  return text.split('=', 1)[0] ?? text;
}

function byTarget(item: Node): ReturnType<Identify> {
  if (isMap(item)) return stringOf(item.entries.get('target')?.value) ?? missing('target', 'the mount has no target');
  const text = stringOf(item);
  if (text === undefined) return '';
  const spec = parseVolumeSpec(text);
  return typeof spec === 'string'
    ? { problem: `a mount cannot be read: ${spec}`, fix: 'write source:target[:ro]' }
    : spec.target;
}

function byDeviceTarget(item: Node): ReturnType<Identify> {
  if (isMap(item)) return stringOf(item.entries.get('target')?.value) ?? missing('target', 'the device has no target');
  const parts = stringOf(item)?.split(':');
  return parts?.[1] ?? parts?.[0] ?? '';
}

function byMount(item: Node, folder: string): ReturnType<Identify> {
  if (isMap(item)) {
    const target = item.entries.get('target')?.value;
    if (target) return stringOf(target) ?? { problem: 'a target is no string', fix: 'put quotes around it' };
    return `${folder}/${stringOf(item.entries.get('source')?.value) ?? ''}`;
  }
  const name = stringOf(item);
  return name === undefined
    ? { problem: `a ${typeName(item)} names nothing to mount`, fix: 'write the name as a string' }
    : `${folder}/${name}`;
}

function byPath(item: Node): ReturnType<Identify> {
  if (isMap(item))
    return stringOf(item.entries.get('path')?.value) ?? missing('path', 'the env_file entry has no path');
  return stringOf(item) ?? '';
}

function byPort(item: Node): ReturnType<Identify> {
  const isWhole = isInteger(item) && Number.isSafeInteger(Number(item.value));
  if (item.kind === 'scalar' && (typeof item.value === 'string' || isWhole)) return String(item.value);
  return { problem: `a ${typeName(item)} is no port`, fix: 'write the port as a number or a string' };
}

function byPublishedPort(item: Node): ReturnType<Identify> {
  if (item.kind === 'scalar') return typeof item.value === 'boolean' || item.value === null ? '' : String(item.value);
  if (!isMap(item)) return '';
  const field = (key: string, fallback: string): string => {
    const value = item.entries.get(key)?.value;
    return value?.kind === 'scalar' ? `${typeof value.value}/${String(value.value)}` : fallback;
  };
  if (!item.entries.has('target')) return missing('target', 'the port has no target');
  return [
    field('host_ip', 'string/0.0.0.0'),
    field('published', ''),
    field('target', ''),
    field('protocol', 'string/tcp'),
  ].join(':');
}

function missing(key: string, problem: string): ReturnType<Identify> {
  return { problem, fix: `add ${key}:` };
}
