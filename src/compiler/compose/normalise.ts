import { scalar } from '../source/build.ts';
import type { MapEntry, MapNode, Node } from '../source/tree.ts';
import { isMap, isNull, isSequence, mapItems, mapOf, mapValues, stringOf, withEntries } from './nodes.ts';
import type { Lookup } from './template.ts';
import { cleanPath } from './values/file-path.ts';

const NAMESPACES = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'] as const;

/**
 * Writes out what the model implies: the default network, names of resources, dependencies that links, shared namespaces
 * and `volumes_from` bring, values of variables named without one.
 */
export function normalise(document: MapNode, projectName: string, lookup: Lookup): MapNode {
  const services = document.entries.get('services')?.value;
  let usesDefault = false;
  let result = document;
  if (isMap(services)) {
    const normal = mapValues(services, (service) => {
      if (!isMap(service)) return service;
      const attached = attachDefault(service);
      usesDefault ||= attached.usesDefault;
      return normaliseService(attached.service, lookup);
    });
    result = withEntries(result, { services: normal });
  }
  if (usesDefault) result = addDefaultNetwork(result);
  return nameResources(withEntries(result, { name: scalar(projectName, document.position) }), projectName);
}

function attachDefault(service: MapNode): { readonly service: MapNode; readonly usesDefault: boolean } {
  if (service.entries.has('provider') || service.entries.has('network_mode')) return { service, usesDefault: false };
  const networks = service.entries.get('networks')?.value;
  if (isMap(networks) && networks.entries.size > 0) return { service, usesDefault: networks.entries.has('default') };
  const { position } = networks ?? service;
  const networksNode = mapOf({ default: scalar(null, position) }, position);
  return { service: withEntries(service, { networks: networksNode }), usesDefault: true };
}

function addDefaultNetwork(document: MapNode): MapNode {
  const networks = document.entries.get('networks')?.value;
  if (isMap(networks) && networks.entries.has('default')) return document;
  const base = isMap(networks) ? networks : mapOf({}, document.position);
  return withEntries(document, { networks: withEntries(base, { default: scalar(null, document.position) }) });
}

function normaliseService(service: MapNode, lookup: Lookup): MapNode {
  const changes: Record<string, Node | undefined> = {};
  const policy = service.entries.get('pull_policy')?.value;
  if (policy && stringOf(policy) === 'if_not_present') changes.pull_policy = scalar('missing', policy.position);
  const build = service.entries.get('build')?.value;
  if (isMap(build)) changes.build = normaliseBuild(build, lookup);
  const environment = service.entries.get('environment')?.value;
  if (environment) changes.environment = resolveValues(environment, lookup, true);
  const volumes = service.entries.get('volumes')?.value;
  if (isSequence(volumes)) changes.volumes = mapItems(volumes, cleanTarget);
  const dependencies = impliedDependencies(service);
  if (dependencies) changes.depends_on = dependencies;
  return Object.keys(changes).length === 0 ? service : withEntries(service, changes);
}

function normaliseBuild(build: MapNode, lookup: Lookup): MapNode {
  const absent = (key: string) => {
    const value = build.entries.get(key)?.value;
    return !value || isNull(value);
  };
  const changes: Record<string, Node> = {};
  if (absent('context')) changes.context = scalar('.', build.position);
  if (absent('dockerfile') && absent('dockerfile_inline')) changes.dockerfile = scalar('Dockerfile', build.position);
  const args = build.entries.get('args')?.value;
  if (args) changes.args = resolveValues(args, lookup, false);
  return withEntries(build, changes);
}

/** Gives names without a value the value of the variable; `keep` decides what happens to those that have none. */
function resolveValues(node: Node, lookup: Lookup, keep: boolean): Node {
  if (isMap(node))
    return mapValues(node, (value, key) => {
      if (!isNull(value)) return value;
      const found = lookup(key);
      return found === undefined ? (keep ? value : undefined) : scalar(found, value.position);
    });
  if (!isSequence(node)) return node;
  const items = node.items.flatMap((item) => {
    const text = stringOf(item);
    if (text === undefined || text.includes('=')) return [item];
    const found = lookup(text);
    if (found !== undefined) return [scalar(`${text}=${found}`, item.position)];
    return keep ? [item] : [];
  });
  return { ...node, items };
}

function cleanTarget(item: Node): Node {
  const target = isMap(item) ? item.entries.get('target')?.value : undefined;
  const text = stringOf(target);
  if (!isMap(item) || !target || text === undefined) return item;
  const clean = cleanPath(text);
  return clean === text ? item : withEntries(item, { target: scalar(clean, target.position) });
}

/** `depends_on` with what links and shared namespaces add; undefined when they add nothing. */
function impliedDependencies(service: MapNode): MapNode | undefined {
  const given = service.entries.get('depends_on')?.value;
  const added = new Map<string, MapEntry>();
  const add = (name: string, restart: boolean, at: Node) => {
    if (added.has(name) || (isMap(given) && given.entries.has(name))) return;
    const { position } = at;
    const value = mapOf(
      {
        condition: scalar('service_started', position),
        restart: scalar(restart, position),
        required: scalar(true, position),
      },
      position,
    );
    added.set(name, { key: name, keyPosition: position, value });
  };
  for (const link of itemsOf(service, 'links')) {
    const parts = stringOf(link)?.split(':') ?? [];
    add(parts.length === 2 ? (parts[0] ?? '') : parts.join(':'), true, link);
  }
  for (const namespace of NAMESPACES) {
    const value = service.entries.get(namespace)?.value;
    const text = stringOf(value);
    if (value && text?.startsWith('service:')) add(text.slice('service:'.length), true, value);
  }
  for (const source of itemsOf(service, 'volumes_from')) {
    const text = stringOf(source) ?? '';
    if (!text.startsWith('container:')) add(text.split(':', 1)[0] ?? text, false, source);
  }
  if (added.size === 0) return undefined;
  const base = isMap(given) ? given : mapOf({}, service.position);
  return { ...base, entries: new Map([...base.entries, ...added]) };
}

function itemsOf(service: MapNode, key: string): readonly Node[] {
  const value = service.entries.get(key)?.value;
  return isSequence(value) ? value.items : [];
}

function nameResources(document: MapNode, projectName: string): MapNode {
  const changes: Record<string, Node> = {};
  for (const section of ['networks', 'volumes', 'configs', 'secrets']) {
    const resources = document.entries.get(section)?.value;
    if (isMap(resources)) changes[section] = mapValues(resources, (node, key) => named(node, key, projectName));
  }
  return withEntries(document, changes);
}

function named(node: Node, key: string, projectName: string): Node {
  const resource = isMap(node) ? node : mapOf({}, node.position);
  const name = resource.entries.get('name')?.value;
  if (name && !isNull(name)) return resource;
  const external = resource.entries.get('external')?.value;
  const own = external?.kind === 'scalar' && /^(?:1|t|true)$/i.test(String(external.value));
  return withEntries(resource, { name: scalar(own ? key : `${projectName}_${key}`, resource.position) });
}
