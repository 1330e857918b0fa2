import { resolve } from 'node:path';
import type { PlacementStrategy, PruneOptions } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { HostEntry } from '../../model/inventory.ts';
import { get } from '../source/build.ts';
import type { MapNode, Node } from '../source/tree.ts';
import type { Context } from './context.ts';
import { hostEntry } from './host.ts';
import { policyOf } from './policy.ts';
import type { EngineKind, FileSettings } from './types.ts';
import { booleanOf, textOf, textsOf } from './values.ts';

/** The settings of the document or of one environment. The node has passed the schema. */
export function settingsOf(node: MapNode, context: Context): FileSettings {
  const placement = get(node, 'placement');
  const images = get(node, 'images');
  const policy = get(node, 'policy');
  const files = textsOf(get(node, 'files'));
  const envFiles = textsOf(get(node, 'env-files'));
  const folder = textOf(get(node, 'project-directory'));
  const absolute = (path: string) => (path === '-' ? path : resolve(context.folder, path));
  return withoutAbsent({
    stack: textOf(get(node, 'stack')),
    files: files?.map(absolute),
    engine: textOf(get(node, 'engine')) as EngineKind | undefined,
    projectDirectory: folder === undefined ? undefined : absolute(folder),
    profiles: textsOf(get(node, 'profiles')),
    envFiles: envFiles?.map(absolute),
    strict: booleanOf(get(node, 'strict')),
    hosts: hostsOf(get(node, 'hosts'), context),
    strategy: textOf(get(placement, 'strategy')) as PlacementStrategy | undefined,
    seed: textOf(get(placement, 'seed')),
    pauseImage: textOf(get(images, 'pause')),
    probeImage: textOf(get(images, 'probe')),
    gatewayImage: textOf(get(images, 'gateway')),
    prune: pruneOf(get(node, 'prune')),
    policy: policy && policyOf(policy, context),
    driftIgnore: textsOf(get(get(node, 'drift'), 'ignore')),
  });
}

function pruneOf(node: Node | undefined): PruneOptions | undefined {
  if (node === undefined) return undefined;
  const keep = textOf(get(node, 'keep'));
  return withoutAbsent({
    keep: keep === undefined ? undefined : Number(keep),
    afterApply: booleanOf(get(node, 'after-apply')),
  });
}

function hostsOf(node: Node | undefined, context: Context): readonly HostEntry[] | undefined {
  if (node?.kind === 'map') {
    return [...node.entries.values()].flatMap(({ key, value }) => hostEntry(key, value, context) ?? []);
  }
  if (node?.kind !== 'sequence') return undefined;
  return node.items.flatMap((item) => {
    const name = textOf(item) ?? '';
    const entry = context.hosts.get(name);
    if (!entry) context.diagnostics.push(unknownHost(item, name, context));
    return entry ?? [];
  });
}

function unknownHost(node: Node, name: string, context: Context): Diagnostic {
  const known = [...context.hosts.keys()];
  return {
    severity: 'error',
    code: 'stowage-file/unknown-host',
    message: 'unknown host',
    position: node.position,
    detail: name,
    why: known.length > 0 ? `the hosts above are ${known.join(', ')}` : 'there are no hosts above environments',
    fix: 'name one of them, or write `hosts:` here as a mapping of name to address',
  };
}

function withoutAbsent<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
