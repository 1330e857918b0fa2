import { scalar } from '../source/build.ts';
import type { MapNode, Node } from '../source/tree.ts';
import { isMap, isSequence, mapOf, mapValues, stringOf, withEntries } from './nodes.ts';
import { type Session, warn } from './session.ts';

/** Keys of which a service of version 1 has at least one. */
const SERVICE_KEYS = ['image', 'build', 'extends', 'dockerfile'];

/**
 * Turns a file of version 1, with its services at the top level, into a current one and says how to do so for good.
 * Any other file comes back as it is.
 */
export function modernise(document: MapNode, file: string, session: Session): MapNode {
  if (!isLegacy(document)) return document;
  const names = new Set(document.entries.keys());
  const services = mapValues(document, (service) => (isMap(service) ? modernService(service, names) : service));
  warn(session, 'version-1', {
    message: 'this is a compose file of version 1',
    position: document.position,
    where: file,
    why: 'its services stand at the top level; networks, links and log options have newer forms',
    fix: 'indent the services below services:, and write network_mode for net, logging for log_driver',
  });
  return mapOf({ services }, document.position);
}

function isLegacy(document: MapNode): boolean {
  const keys = [...document.entries.keys()].filter((key) => !key.startsWith('x-'));
  return keys.length > 0 && !keys.includes('services') && keys.every((key) => looksLikeService(document, key));
}

function looksLikeService(document: MapNode, key: string): boolean {
  const value = document.entries.get(key)?.value;
  return isMap(value) && SERVICE_KEYS.some((name) => value.entries.has(name));
}

function modernService(service: MapNode, names: ReadonlySet<string>): MapNode {
  const changes: Record<string, Node | undefined> = {};
  const value = (key: string) => service.entries.get(key)?.value;
  const net = value('net');
  if (net) Object.assign(changes, { net: undefined, network_mode: namespace(net, names) });
  for (const key of ['pid', 'ipc']) {
    const shared = value(key);
    if (shared) changes[key] = namespace(shared, names);
  }
  const dockerfile = value('dockerfile');
  if (dockerfile) Object.assign(changes, { dockerfile: undefined, build: withDockerfile(value('build'), dockerfile) });
  const driver = value('log_driver');
  const options = value('log_opt');
  if (driver || options)
    Object.assign(changes, {
      log_driver: undefined,
      log_opt: undefined,
      logging: mapOf({ driver, options }, (driver ?? options ?? service).position),
    });
  if (value('volume_driver')) changes.volume_driver = undefined;
  const from = value('volumes_from');
  if (isSequence(from)) changes.volumes_from = { ...from, items: from.items.map((item) => volumesSource(item, names)) };
  return withEntries(service, changes);
}

/** `container:web` meant a service too, when there was one of that name. */
function namespace(node: Node, names: ReadonlySet<string>): Node {
  const name = stringOf(node)?.match(/^container:(.+)$/)?.[1];
  return name !== undefined && names.has(name) ? scalar(`service:${name}`, node.position) : node;
}

/** A name that is no service meant a container. */
function volumesSource(item: Node, names: ReadonlySet<string>): Node {
  const text = stringOf(item) ?? '';
  const [name = ''] = text.split(':', 1);
  return names.has(name) || name === 'container' ? item : scalar(`container:${text}`, item.position);
}

function withDockerfile(build: Node | undefined, dockerfile: Node): Node {
  if (isMap(build)) return withEntries(build, { dockerfile });
  return mapOf({ context: build ?? scalar('.', dockerfile.position), dockerfile }, dockerfile.position);
}
