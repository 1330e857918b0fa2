import type { Diagnostic } from '../../model/diagnostic.ts';
import type { MapNode } from '../source/tree.ts';
import type { CanonicalProject } from './canonical/types.ts';
import { KEYS, type KeyEntry } from './keys.ts';
import { isMap, type Rewrite, rewriteChildren, withEntries } from './nodes.ts';
import { pathTree } from './paths.ts';

/** Findings about keys that a deployment does not honour, at their places; what has no part in one is noted once. */
export function reportKeys(document: MapNode, project: CanonicalProject): Diagnostic[] {
  const found: Diagnostic[] = [];
  const noted = new Set<string>();
  const rewrites = Object.entries(KEYS)
    .filter(([, { state }]) => state !== 'honoured')
    .map(([pattern, entry]): [string, Rewrite] => [
      pattern,
      (node, path) => {
        const isNote = entry.state === 'not-applicable';
        if (entry.when?.(node) === false || (isNote && noted.has(pattern))) return node;
        noted.add(pattern);
        found.push(finding(entry, pattern, path, node.position));
        return node;
      },
    ]);
  rewriteChildren(onlyEnabled(document, project), pathTree(Object.fromEntries(rewrites)), '');
  return found;
}

function onlyEnabled(document: MapNode, project: CanonicalProject): MapNode {
  const services = document.entries.get('services')?.value;
  if (!isMap(services)) return document;
  const kept = [...services.entries].filter(([name]) => Object.hasOwn(project.services, name));
  return withEntries(document, { services: { ...services, entries: new Map(kept) } });
}

function finding(
  { state, note }: KeyEntry,
  pattern: string,
  path: string,
  position: Diagnostic['position'],
): Diagnostic {
  const key = pattern.split('.').at(-1) ?? pattern;
  const messages = {
    honoured: '',
    'in-part': 'a key is honoured in part',
    'not-honoured': 'a key is not honoured',
    'not-applicable': 'a key has no part in a deployment',
  };
  return {
    severity: state === 'not-applicable' ? 'note' : 'warning',
    code: state === 'not-applicable' ? 'compose/not-applicable' : 'compose/not-honoured',
    message: messages[state],
    ...(position && { position }),
    path,
    detail: key,
    ...(note && { why: note }),
  };
}
