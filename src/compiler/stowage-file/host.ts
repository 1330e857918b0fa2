import { join, resolve } from 'node:path';
import { parseHostAddress, parseJump } from '../../model/host-address.ts';
import type { HostAddress, HostCapacity, HostEntry } from '../../model/inventory.ts';
import { parseTaints } from '../../model/taint.ts';
import { get } from '../source/build.ts';
import type { Node } from '../source/tree.ts';
import type { Context } from './context.ts';
import { bytesOf, numberOf, textOf, textsOf } from './values.ts';

/** One host of the file; undefined when its address cannot be used, with the reason among the diagnostics. */
export function hostEntry(name: string, node: Node, context: Context): HostEntry | undefined {
  const addressNode = node.kind === 'map' ? get(node, 'address') : node;
  const address = addressOf(name, addressNode ?? node, context);
  if (!address) return undefined;
  const labels = get(node, 'labels');
  const capacity = get(node, 'capacity');
  const advertise = textOf(get(node, 'advertise'));
  return {
    name,
    address: completeAddress(address, name, node, context),
    labels: labels?.kind === 'map' ? labelsOf(labels) : {},
    taints: taintsOf(get(node, 'taints'), name, context),
    ...(capacity && { capacity: capacityOf(capacity) }),
    ...(advertise !== undefined && { advertiseAddress: advertise }),
  };
}

function addressOf(name: string, node: Node, context: Context): HostAddress | undefined {
  const text = textOf(node) ?? '';
  const parsed = parseHostAddress(text);
  if (parsed.ok) return parsed.address;
  context.diagnostics.push({
    severity: 'error',
    code: 'stowage-file/address',
    message: 'this address cannot be used',
    position: node.position,
    path: `hosts.${name}`,
    why: parsed.why,
    fix: parsed.fix,
  });
  return undefined;
}

/** Adds what stands beside the address: the way there and the keys. */
function completeAddress(address: HostAddress, name: string, node: Node, context: Context): HostAddress {
  const jumps = textsOf(get(node, 'jump'));
  const identity = textOf(get(node, 'identity'));
  const tls = get(node, 'tls');
  for (const field of ['jump', 'identity'] as const)
    misplaced(field, address.type === 'ssh', 'ssh', name, node, context);
  misplaced('tls', address.type === 'tcp', 'tcp', name, node, context);
  if (address.type === 'ssh') {
    return {
      ...address,
      ...(jumps && { jump: jumps.map((jump, i) => checkedJump(jump, i, name, node, context)) }),
      ...(identity && { identityFile: filePath(identity, context) }),
    };
  }
  if (address.type !== 'tcp' || !tls) return address;
  const pem = (key: string) => {
    const path = textOf(get(tls, key));
    return path === undefined ? {} : { [key]: filePath(path, context) };
  };
  return { ...address, tls: { ...pem('ca'), ...pem('cert'), ...pem('key') } };
}

function misplaced(field: string, fits: boolean, scheme: string, name: string, node: Node, context: Context): void {
  const entry = node.kind === 'map' ? node.entries.get(field) : undefined;
  if (!entry || fits) return;
  context.diagnostics.push({
    severity: 'error',
    code: 'stowage-file/address',
    message: 'this field does not go with the address',
    position: entry.keyPosition,
    path: `hosts.${name}.${field}`,
    why: `\`${field}\` is for ${scheme}:// addresses`,
    fix: `remove it, or write the address as ${scheme}://…`,
  });
}

function checkedJump(text: string, index: number, name: string, node: Node, context: Context): string {
  const jump = parseJump(text);
  if (jump) {
    const host = jump.host.includes(':') ? `[${jump.host}]` : jump.host;
    return `${jump.user === undefined ? '' : `${jump.user}@`}${host}${jump.port === undefined ? '' : `:${jump.port}`}`;
  }
  const list = get(node, 'jump');
  const culprit = list?.kind === 'sequence' ? list.items[index] : list;
  context.diagnostics.push({
    severity: 'error',
    code: 'stowage-file/address',
    message: 'this jump host cannot be used',
    position: (culprit ?? node).position,
    path: `hosts.${name}.jump`,
    fix: 'write [user@]host[:port]',
  });
  return text;
}

function taintsOf(node: Node | undefined, name: string, context: Context): HostEntry['taints'] {
  const texts = textsOf(node);
  if (!texts || !node) return [];
  const edit = parseTaints(texts);
  if (edit && edit.remove.length === 0) return edit.add;
  context.diagnostics.push({
    severity: 'error',
    code: 'stowage-file/taint',
    message: 'these taints cannot be read',
    position: node.position,
    path: `hosts.${name}.taints`,
    fix: 'write KEY[=VALUE]:EFFECT, the effect being NoSchedule, PreferNoSchedule or NoExecute, each once',
  });
  return [];
}

function labelsOf(node: Extract<Node, { kind: 'map' }>): Record<string, string> {
  return Object.fromEntries([...node.entries.values()].map(({ key, value }) => [key, textOf(value) ?? '']));
}

function capacityOf(node: Node): HostCapacity {
  const generic = get(node, 'generic');
  const entries = generic?.kind === 'map' ? [...generic.entries.values()] : [];
  const amounts = {
    cpus: numberOf(get(node, 'cpus')),
    memoryBytes: bytesOf(get(node, 'memory')),
    ephemeralStorageBytes: bytesOf(get(node, 'storage')),
    pods: numberOf(get(node, 'pods')),
    generic:
      entries.length === 0
        ? undefined
        : Object.fromEntries(entries.map(({ key, value }) => [key, numberOf(value) ?? 0])),
  };
  return Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== undefined));
}

function filePath(path: string, context: Context): string {
  return path.startsWith('~/') ? join(context.home, path.slice(2)) : resolve(context.folder, path);
}
