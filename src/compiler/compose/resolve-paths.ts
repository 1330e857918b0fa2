import { scalar } from '../source/build.ts';
import type { MapNode, Node } from '../source/tree.ts';
import { isMap, isSequence, mapItems, type Rewrite, rewriteChildren, stringOf, withEntries } from './nodes.ts';
import { pathTree } from './paths.ts';
import { fail, type Session } from './session.ts';
import { expandHome, isAbsolute, isWindowsAbsolute, joinPath } from './values/file-path.ts';

const REMOTE = /^(?:https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@)/;

/**
 * Makes the paths of a model relative to `base` (which may itself be relative to the folder of the file that includes or
 * extends this one) or absolute, when `base` is.
 */
export function resolvePaths(document: MapNode, base: string, session: Session): MapNode {
  const absolute = onText((text) => {
    const path = expandHome(text, session.home);
    return isAbsolute(path) || path === '' ? path : joinPath(base, path);
  });
  const hostPath = onText((text) => {
    const path = expandHome(text, session.home);
    return isAbsolute(path) || isWindowsAbsolute(path) ? path : joinPath(base, path);
  });
  const context: Rewrite = (node, path) => {
    const text = stringOf(node) ?? '';
    return text.includes('://') || text.startsWith('service:') || REMOTE.test(text) ? node : absolute(node, path);
  };
  const tree = pathTree<Rewrite>({
    'services.*.build.context': context,
    'services.*.build.additional_contexts.*': context,
    'services.*.build.ssh.*': hostPath,
    'services.*.env_file.*.path': absolute,
    'services.*.label_file.*': absolute,
    'services.*.extends.file': (node, path) => (isRemoteResource(stringOf(node) ?? '') ? node : absolute(node, path)),
    'services.*.develop.watch.*.path': (node, path) => followLink(absolute(node, path), session),
    'services.*.volumes.*': (node, path) => bindSource(node, path, hostPath, session),
    'configs.*.file': hostPath,
    'secrets.*.file': hostPath,
    'volumes.*': (node, path) => boundDevice(node, path, hostPath),
  });
  return rewriteChildren(document, tree, '') as MapNode;
}

/** A file of another machine: a git repository or an OCI artefact. */
export function isRemoteResource(path: string): boolean {
  return (
    path.startsWith('oci://') ||
    /^(?:git:\/\/|ssh:\/\/|github\.com\/|git@)/.test(path) ||
    /^https?:\/\/.*\.git(?:#.*)?$/.test(path)
  );
}

function onText(change: (text: string) => string): Rewrite {
  const rewrite: Rewrite = (node, path) => {
    if (isSequence(node)) return mapItems(node, (item) => rewrite(item, path));
    const text = stringOf(node);
    if (text === undefined) return node;
    const changed = change(text);
    return changed === text ? node : scalar(changed, node.position);
  };
  return rewrite;
}

function bindSource(node: Node, path: string, hostPath: Rewrite, session: Session): Node {
  if (!isMap(node) || stringOf(node.entries.get('type')?.value) !== 'bind') return node;
  const source = node.entries.get('source')?.value;
  if (source) return withEntries(node, { source: hostPath(source, path) });
  fail(session, 'bind-source', {
    message: 'a bind mount has no source',
    position: node.position,
    path,
    fix: 'add source: with a path of the host',
  });
  return node;
}

/** A local volume with `o: bind` is a bind mount in disguise. */
function boundDevice(node: Node, path: string, hostPath: Rewrite): Node {
  const options = isMap(node) ? node.entries.get('driver_opts')?.value : undefined;
  if (!isMap(node) || !isMap(options) || stringOf(node.entries.get('driver')?.value) !== 'local') return node;
  const device = options.entries.get('device')?.value;
  if (!device || stringOf(options.entries.get('o')?.value) !== 'bind') return node;
  return withEntries(node, { driver_opts: withEntries(options, { device: hostPath(device, path) }) });
}

function followLink(node: Node, session: Session): Node {
  const text = stringOf(node);
  const real = text === undefined ? undefined : session.reader.resolveLink?.(text);
  return real === undefined || real === text ? node : scalar(real, node.position);
}
