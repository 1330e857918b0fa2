import { scalar, sequence } from '../source/build.ts';
import type { MapEntry, MapNode, Node } from '../source/tree.ts';
import {
  isMap,
  isNull,
  isSequence,
  mapItems,
  mapOf,
  mapValues,
  type Rewrite,
  rewriteChildren,
  stringOf,
  typeName,
  withEntries,
} from './nodes.ts';
import { fieldPath, type PathTree, pathTree } from './paths.ts';
import { fail, type Session, warn } from './session.ts';
import { device, mount, ports, ulimit } from './short-values.ts';
import { formatValue } from './values/format.ts';

/**
 * Rewrites every short form to its long form: `ports: ["80"]`, `build: .`, `depends_on: [db]` and so on. With
 * interpolation off a short form that holds a variable stays as it is.
 */
export function expandShortForms(document: MapNode, session: Session): MapNode {
  return rewriteChildren(document, formsTree(session), '') as MapNode;
}

const trees = new WeakMap<Session, PathTree<Rewrite>>();

function formsTree(session: Session): PathTree<Rewrite> {
  let tree = trees.get(session);
  if (!tree) {
    tree = buildTree(session);
    trees.set(session, tree);
  }
  return tree;
}

function buildTree(session: Session): PathTree<Rewrite> {
  const buildFields = pathTree<Rewrite>({
    'secrets.*': fileMount,
    provenance: textOf,
    sbom: textOf,
    additional_contexts: (node, path) => keyValues(node, path, session),
    ssh: (node, path) => sshKeys(node, path, session),
  });
  return pathTree<Rewrite>({
    'services.*.build': (node, path) =>
      isMap(node)
        ? rewriteChildren(node, buildFields, path)
        : stringOf(node) === undefined
          ? node
          : mapOf({ context: node }, node.position),
    'services.*.depends_on': dependencies,
    'services.*.env_file': envFiles,
    'services.*.label_file': asList,
    'services.*.extends': (node) => (stringOf(node) === undefined ? node : mapOf({ service: node }, node.position)),
    'services.*.gpus': (node) =>
      stringOf(node) === undefined
        ? node
        : sequence([mapOf({ count: scalar('all', node.position) }, node.position)], node.position),
    'services.*.networks': (node, path) => namesToMap(node, path, session),
    'services.*.models': (node, path) => namesToMap(node, path, session),
    'services.*.volumes.*': (node, path) => mount(node, path, session),
    'services.*.dns': asList,
    'services.*.devices.*': (node, path) => device(node, path, session),
    'services.*.secrets.*': fileMount,
    'services.*.configs.*': fileMount,
    'services.*.ports': (node, path) => ports(node, path, session),
    'services.*.ulimits.*': (node, path) => ulimit(node, path, session),
    'services.*.build.ulimits.*': (node, path) => ulimit(node, path, session),
    'services.*.develop.watch.*.ignore': asList,
    'services.*.develop.watch.*.include': asList,
    'volumes.*': (node, path) => maybeExternal(node, path, session),
    'networks.*': (node, path) => maybeExternal(node, path, session),
    'secrets.*': (node, path) => maybeExternal(node, path, session),
    'configs.*': (node, path) => maybeExternal(node, path, session),
  });
}

function asList(node: Node): Node {
  return stringOf(node) === undefined ? node : sequence([node], node.position);
}

function textOf(node: Node): Node {
  return stringOf(node) === undefined ? scalar(formatValue(node), node.position) : node;
}

function fileMount(node: Node): Node {
  return stringOf(node) === undefined ? node : mapOf({ source: node }, node.position);
}

function namesToMap(node: Node, path: string, session: Session): Node {
  if (!isSequence(node)) return node;
  for (const [i, item] of node.items.entries())
    if (stringOf(item) === undefined)
      fail(session, 'type', {
        message: 'a value has the wrong type',
        position: item.position,
        path: fieldPath(path, i),
        detail: `a ${typeName(item)} is no name`,
        fix: 'write a name as a string',
      });
  return keyed(node.items, node, (item) => scalar(null, item.position));
}

function keyed(items: readonly Node[], parent: Node, value: (item: Node) => Node): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const item of items) {
    const key = stringOf(item);
    if (key !== undefined) entries.set(key, { key, keyPosition: item.position, value: value(item) });
  }
  return { kind: 'map', entries, position: parent.position };
}

function dependencies(node: Node): Node {
  const implied = (position: Node['position']) => ({
    condition: scalar('service_started', position),
    required: scalar(true, position),
  });
  if (isSequence(node)) return keyed(node.items, node, (item) => mapOf(implied(item.position), item.position));
  if (!isMap(node)) return node;
  return mapValues(node, (value) => (isMap(value) ? withDefaults(value, implied(value.position)) : value));
}

/** Sets what is missing. */
export function withDefaults(node: MapNode, defaults: Readonly<Record<string, Node>>): MapNode {
  const missing = Object.entries(defaults).filter(([key]) => !node.entries.has(key));
  return missing.length === 0 ? node : withEntries(node, Object.fromEntries(missing));
}

function envFiles(node: Node): Node {
  const items = isSequence(node) ? node : sequence([node], node.position);
  return mapItems(items, (item) => {
    const required = scalar(true, item.position);
    if (stringOf(item) !== undefined) return mapOf({ path: item, required }, item.position);
    return isMap(item) ? withDefaults(item, { required }) : item;
  });
}

function keyValues(node: Node, path: string, session: Session): Node {
  if (!isSequence(node)) {
    for (const { key, value } of isMap(node) ? node.entries.values() : [])
      if (stringOf(value) === undefined)
        fail(session, 'type', {
          message: 'a value has the wrong type',
          position: value.position,
          path: fieldPath(path, key),
          detail: `a ${typeName(value)} names no context`,
          fix: 'write a path or a URL, in quotes',
        });
    return node;
  }
  const entries = new Map<string, MapEntry>();
  for (const [i, item] of node.items.entries()) {
    const text = stringOf(item) ?? '';
    const at = text.indexOf('=');
    if (at < 0) {
      if (!session.interpolate) return node;
      fail(session, 'key-value', {
        message: 'an item is no KEY=value',
        position: item.position,
        path: fieldPath(path, i),
        detail: text,
        fix: `write ${text || 'NAME'}=VALUE`,
      });
      continue;
    }
    const key = text.slice(0, at);
    entries.set(key, { key, keyPosition: item.position, value: scalar(text.slice(at + 1), item.position) });
  }
  return { kind: 'map', entries, position: node.position };
}

function sshKeys(node: Node, path: string, session: Session): Node {
  if (!isSequence(node)) return node;
  const entries = new Map<string, MapEntry>();
  for (const [i, item] of node.items.entries()) {
    const text = stringOf(item) ?? '';
    const at = text.indexOf('=');
    const key = at < 0 ? text : text.slice(0, at);
    if (at < 0 && text !== 'default')
      fail(session, 'ssh-key', {
        message: 'an SSH key has no path',
        position: item.position,
        path: fieldPath(path, i),
        detail: text,
        fix: 'write default, or ID=PATH',
      });
    entries.set(key, {
      key,
      keyPosition: item.position,
      value: scalar(at < 0 ? null : text.slice(at + 1), item.position),
    });
  }
  return { kind: 'map', entries, position: node.position };
}

/** `external: {name: x}` is the old way to write `external: true` with `name: x`. */
function maybeExternal(node: Node, path: string, session: Session): Node {
  const external = isMap(node) ? node.entries.get('external')?.value : undefined;
  if (!isMap(node) || !isMap(external)) return node;
  const changed = withEntries(node, { external: scalar(true, external.position) });
  const oldName = external.entries.get('name')?.value;
  if (!oldName) return changed;
  warn(session, 'external-name', {
    message: 'external.name is deprecated',
    position: oldName.position,
    path: `${path}.external.name`,
    fix: 'write name: beside external: true',
  });
  const name = node.entries.get('name')?.value;
  if (!name || isNull(name)) return withEntries(changed, { name: oldName });
  if (formatValue(name) !== formatValue(oldName))
    fail(session, 'external-name', {
      message: 'name and external.name differ',
      position: oldName.position,
      path: `${path}.external.name`,
      fix: 'keep only name',
    });
  return changed;
}
