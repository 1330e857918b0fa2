import type { MapNode, Node } from '../source/tree.ts';
import { isMap, isNull, type Rewrite, rewriteChildren, stringOf } from './nodes.ts';
import { pathTree } from './paths.ts';
import { type Finding, fail, type Session } from './session.ts';
import { isIpAddress } from './values/ip.ts';

type Check = (node: MapNode) => (Omit<Finding, 'path' | 'position'> & { readonly at?: Node }) | undefined;

/** Checks what one part of the merged model says against itself. */
export function checkRules(document: MapNode, session: Session): void {
  const rule =
    (code: string, check: Check): Rewrite =>
    (node, path) => {
      const finding = isMap(node) ? check(node) : undefined;
      if (finding) {
        const { at = node, ...rest } = finding;
        fail(session, code, { ...rest, position: at.position, path });
      }
      return node;
    };
  const tree = pathTree<Rewrite>({
    'volumes.*': rule('external-conflict', externalAlone),
    'configs.*': rule('payload-source', (node) => oneSource(node, ['file', 'environment', 'content'])),
    'secrets.*': rule('payload-source', (node) => oneSource(node, ['file', 'environment'])),
    // Null stands for nothing in most places, but not here.
    'services.*.pid': (node, path) => {
      const fix = 'write pid: host or pid: service:NAME, or remove the line';
      if (isNull(node)) fail(session, 'type', { message: 'pid has no value', position: node.position, path, fix });
      return node;
    },
    'services.*.ports.*': rule('host-ip', hostIp),
    'services.*.develop.watch.*': rule('watch-path', watchPath),
    'services.*.deploy.resources.reservations.devices.*': rule('device-request', countOrIds),
    'services.*.gpus.*': rule('device-request', countOrIds),
  });
  rewriteChildren(document, tree, '');
}

const externalAlone: Check = (node) => {
  const external = node.entries.get('external')?.value;
  if (external?.kind !== 'scalar' || external.value !== true) return undefined;
  const other = [...node.entries.values()].find(
    ({ key }) => key !== 'name' && key !== 'external' && !key.startsWith('x-'),
  );
  return (
    other && {
      message: 'an external volume is only named, not described',
      detail: `external and ${other.key}`,
      at: other.value,
      fix: `remove ${other.key}, or external`,
    }
  );
};

function oneSource(node: MapNode, keys: readonly string[]): ReturnType<Check> {
  const given = keys.filter((key) => node.entries.has(key));
  if (given.length > 1)
    return {
      message: 'there are several sources for one file',
      detail: given.join(', '),
      fix: `keep one of ${given.join(', ')}`,
    };
  if (given.length === 1 || node.entries.has('driver') || node.entries.has('external')) return undefined;
  const extension = node.entries.get('x-stowage')?.value;
  if (extension !== undefined && isMap(extension) && extension.entries.has('from')) return undefined;
  return { message: 'nothing says where the bytes come from', fix: `add one of ${keys.join(', ')}, or external: true` };
}

const hostIp: Check = (node) => {
  const ip = node.entries.get('host_ip')?.value;
  const text = stringOf(ip);
  if (!ip || (text !== undefined && isIpAddress(text))) return undefined;
  return { message: 'a host address is no IP address', detail: text, at: ip, fix: 'write an IPv4 or IPv6 address' };
};

const watchPath: Check = (node) => {
  const path = node.entries.get('path')?.value;
  if (stringOf(path) !== '') return undefined;
  return { message: 'a watched path is empty', at: path, fix: 'name the folder to watch' };
};

const countOrIds: Check = (node) => {
  const count = node.entries.get('count')?.value;
  if (!count || isNull(count) || !node.entries.has('device_ids')) return undefined;
  return { message: 'count and device_ids exclude each other', at: count, fix: 'keep one of them' };
};
