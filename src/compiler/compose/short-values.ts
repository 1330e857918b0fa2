import { scalar } from '../source/build.ts';
import type { MapNode, Node, ScalarNode } from '../source/tree.ts';
import { isInteger, isMap, isSequence, mapOf, stringOf } from './nodes.ts';
import { fieldPath } from './paths.ts';
import { fail, type Session } from './session.ts';
import { cleanPath } from './values/file-path.ts';
import { formatValue } from './values/format.ts';
import { parsePortSpec } from './values/port.ts';
import { parseVolumeSpec, type VolumeSpec } from './values/volume.ts';

/** `source:target[:options]` as a map. */
export function mount(node: Node, path: string, session: Session): Node {
  const text = stringOf(node);
  if (text === undefined) return node;
  const spec = parseVolumeSpec(text);
  if (typeof spec !== 'string') return mountNode(spec, node as ScalarNode);
  if (session.interpolate)
    fail(session, 'volume-syntax', {
      message: 'a mount cannot be read',
      position: node.position,
      path,
      detail: `${text}: ${spec}`,
      fix: 'write source:target, source:target:ro, or the long form',
    });
  return node;
}

function mountNode(spec: VolumeSpec, node: ScalarNode): MapNode {
  const { position } = node;
  const put = (value: string | boolean | undefined) => (value === undefined ? undefined : scalar(value, position));
  const bind = spec.type === 'bind' || spec.propagation !== undefined || spec.selinux !== undefined;
  return mapOf(
    {
      type: put(spec.type),
      source: put(spec.source),
      target: put(spec.target && cleanPath(spec.target)),
      read_only: put(spec.readOnly),
      bind: bind
        ? mapOf(
            {
              selinux: put(spec.selinux),
              propagation: put(spec.propagation),
              create_host_path: spec.type === 'bind' ? put(true) : undefined,
            },
            position,
          )
        : undefined,
      volume:
        (spec.type === 'volume' && !spec.terse) || spec.noCopy
          ? mapOf({ nocopy: put(spec.noCopy) }, position)
          : undefined,
    },
    position,
  );
}

/** `source[:target[:permissions]]` as a map. */
export function device(node: Node, path: string, session: Session): Node {
  const text = stringOf(node);
  if (text === undefined) return node;
  const [source = '', target, permissions = 'rwm', ...more] = text.split(':');
  if (more.length > 0 && session.interpolate)
    fail(session, 'device-syntax', {
      message: 'a device mapping has too many colons',
      position: node.position,
      path,
      detail: text,
      fix: 'use the long form: source, target, permissions',
    });
  const { position } = node;
  return mapOf(
    {
      source: scalar(more.length > 0 ? '' : source, position),
      target: scalar(more.length > 0 ? '' : target || source, position),
      permissions: scalar(more.length > 0 ? 'rwm' : permissions, position),
    },
    position,
  );
}

/** Each port of a list as a map; a range becomes several. */
export function ports(node: Node, path: string, session: Session): Node {
  if (!isSequence(node)) return node;
  const items: Node[] = [];
  for (const [i, item] of node.items.entries()) {
    if (isMap(item)) {
      items.push(item);
      continue;
    }
    const text = stringOf(item) ?? (isInteger(item) ? String(item.value) : undefined);
    const specs = text === undefined ? 'a port is a whole number or a string' : parsePortSpec(text);
    if (typeof specs !== 'string') {
      items.push(...specs.map((spec) => portNode(spec, item)));
      continue;
    }
    if (!session.interpolate) return node;
    fail(session, 'port-syntax', {
      message: 'a port cannot be read',
      position: { ...item.position, length: text?.length ?? 1 },
      path: fieldPath(path, i),
      detail: `${text ?? formatValue(item)}: ${specs}`,
      fix: 'write "8080:80", "127.0.0.1:8080:80/udp" or the long form, in quotes',
    });
  }
  return { ...node, items };
}

function portNode(spec: Exclude<ReturnType<typeof parsePortSpec>, string>[number], { position }: Node): MapNode {
  return mapOf(
    {
      mode: scalar('ingress', position),
      host_ip: spec.hostIp === undefined ? undefined : scalar(spec.hostIp, position),
      // Port 0 is no target to the reference; the check of the list then misses it.
      target: spec.target === 0 ? undefined : scalar(spec.target, position),
      published: spec.published === undefined ? undefined : scalar(spec.published, position),
      protocol: scalar(spec.protocol, position),
    },
    position,
  );
}

/** Checks that a limit is a whole number or a map. */
export function ulimit(node: Node, path: string, session: Session): Node {
  if (isMap(node) || isInteger(node)) return node;
  if (session.interpolate)
    fail(session, 'ulimit', {
      message: 'a limit is no whole number',
      position: node.position,
      path,
      detail: formatValue(node),
      fix: 'write a number, or soft: and hard:',
    });
  return node;
}
