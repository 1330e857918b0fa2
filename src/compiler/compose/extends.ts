import type { MapNode, Node } from '../source/tree.ts';
import { folderOf, locate, readDocuments } from './files.ts';
import { interpolate } from './interpolate.ts';
import { mergeDocuments, mergeService } from './merge.ts';
import { modernise } from './modernise.ts';
import { isMap, isNull, stringOf, typeName, withEntries } from './nodes.ts';
import { omitEmpty } from './omit-empty.ts';
import { applyResets, collectResets, type ResetPath } from './reset.ts';
import { resolvePaths } from './resolve-paths.ts';
import { checkpoint, fail, type Session, stop } from './session.ts';
import { expandShortForms } from './short-forms.ts';
import type { Lookup } from './template.ts';
import { enforceUnique } from './unique.ts';

/** Where `extends` looks: the file that holds it, and the folder that its paths start from. */
export interface ExtendsContext {
  readonly session: Session;
  readonly lookup: Lookup;
  readonly file: string;
  /** Absolute. */
  readonly folder: string;
}

interface Source {
  readonly services: MapNode;
  readonly resets: readonly ResetPath[];
  /** Services whose `extends` is done. */
  readonly done: Map<string, Node>;
}

type Trail = readonly { readonly file: string; readonly service: string }[];

/** Replaces each service that extends another by the two merged. */
export function applyExtends(document: MapNode, resets: readonly ResetPath[], context: ExtendsContext): MapNode {
  const services = document.entries.get('services')?.value;
  if (!services) return document;
  if (!isMap(services)) {
    notMap(services, 'services', context.session);
    return document;
  }
  const source: Source = { services, resets, done: new Map() };
  const entries = new Map(services.entries);
  for (const entry of services.entries.values()) {
    const value = extendService(entry.key, source, context, []);
    if (value !== entry.value) entries.set(entry.key, { ...entry, value });
  }
  return withEntries(document, { services: { ...services, entries } });
}

function notMap(node: Node, path: string, session: Session): void {
  fail(session, 'type', {
    message: 'a value has the wrong type',
    position: node.position,
    path,
    detail: `${path} must be a mapping, not a ${typeName(node)}`,
    fix: `indent the entries of ${path} below it`,
  });
}

function extendService(name: string, source: Source, context: ExtendsContext, trail: Trail): Node {
  const done = source.done.get(name);
  if (done) return done;
  const service = source.services.entries.get(name)?.value as Node;
  const merged = isMap(service) ? mergeWithBase(name, service, source, context, trail) : service;
  if (!isMap(service) && !isNull(service)) notMap(service, `services.${name}`, context.session);
  source.done.set(name, merged);
  return merged;
}

function mergeWithBase(name: string, service: MapNode, source: Source, context: ExtendsContext, trail: Trail): Node {
  const extended = service.entries.get('extends')?.value;
  if (!extended) return service;
  const { session } = context;
  const reference = stringOf(isMap(extended) ? extended.entries.get('service')?.value : extended);
  const place = { position: extended.position, path: `services.${name}.extends` };
  if (reference === undefined) {
    fail(session, 'extends-service', { message: 'extends names no service', ...place, fix: 'add service: NAME' });
    return service;
  }
  const fileNode = isMap(extended) ? extended.entries.get('file')?.value : undefined;
  const fileText = stringOf(fileNode);
  if (fileNode && !isNull(fileNode) && fileText === undefined) {
    fail(session, 'type', { message: 'extends.file is no string', ...place, fix: 'write the path of a compose file' });
    return service;
  }
  const base = fileText === undefined ? source : readBase(fileText, name, extended, context);
  if (!base.services.entries.has(reference)) {
    fail(session, 'extends-not-found', {
      message: 'the extended service does not exist',
      ...place,
      detail: `${name} extends ${reference}${fileText === undefined ? '' : ` of ${fileText}`}`,
      fix: `use one of ${[...base.services.entries.keys()].join(', ') || '(the file has no services)'}`,
    });
    return service;
  }
  const longer = follow(trail, { file: fileText ?? context.file, service: name }, extended, context);
  const inner = extendService(reference, base, context, longer);
  if (!isMap(inner)) return service;
  return mergeOver(name, inner, service, source.resets, session);
}

function mergeOver(
  name: string,
  base: MapNode,
  service: MapNode,
  resets: readonly ResetPath[],
  session: Session,
): MapNode {
  const own = resets.filter(([section, key]) => section === 'services' && key === name).map((path) => path.slice(2));
  const merged = mergeService(applyResets(base, own), service, name, session);
  return withEntries(merged, { extends: undefined });
}

function follow(trail: Trail, next: Trail[number], at: Node, context: ExtendsContext): Trail {
  if (!trail.some(({ file, service }) => file === next.file && service === next.service)) return [...trail, next];
  return stop(context.session, 'extends-cycle', {
    message: 'services extend each other in a circle',
    position: at.position,
    detail: [...trail, next].map(({ service }) => service).join(' → '),
    fix: 'move what they share to a service of its own',
  });
}

/** The services of another file, in long form, with paths that start from the folder of the first file. */
function readBase(path: string, name: string, at: Node, context: ExtendsContext): Source {
  const { session, lookup, folder } = context;
  const file = locate(path, folder, session, at.position);
  let document: MapNode = { kind: 'map', entries: new Map(), position: at.position };
  let resets: readonly ResetPath[] = [];
  for (const raw of readDocuments(file, session, at.position)) {
    const read = collectResets(raw);
    resets = read.paths;
    if (!isMap(read.node)) {
      notMap(read.node, 'the document', session);
      continue;
    }
    const current = session.modernise ? modernise(read.node, file, session) : read.node;
    const values = session.interpolate ? (interpolate(current, lookup, session) as MapNode) : current;
    const merged = mergeDocuments(applyResets(document, resets), values, session);
    document = enforceUnique(omitEmpty(expandShortForms(enforceUnique(merged, session), session)), session);
  }
  checkpoint(session);
  const resolved = resolvePaths(document, folderOf(path, folder, session), session);
  const services = resolved.entries.get('services')?.value;
  if (isMap(services)) return { services, resets, done: new Map() };
  return stop(session, 'extends-not-found', {
    message: 'the file that is extended has no services',
    position: at.position,
    path: `services.${name}.extends`,
    detail: path,
    fix: 'name a compose file with a services section',
  });
}
