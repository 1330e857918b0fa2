import type { MapNode, Node } from '../source/tree.ts';
import { setDefaults } from './defaults.ts';
import { applyExtends } from './extends.ts';
import { readDocuments } from './files.ts';
import { applyIncludes } from './include.ts';
import { interpolate } from './interpolate.ts';
import type { LoadContext } from './load-context.ts';
import { mergeDocuments } from './merge.ts';
import { modernise } from './modernise.ts';
import { isMap, typeName, withEntries } from './nodes.ts';
import { omitEmpty } from './omit-empty.ts';
import { applyResets, collectResets } from './reset.ts';
import { resolveEnvironment } from './resolve-environment.ts';
import { resolvePaths } from './resolve-paths.ts';
import { checkRules } from './rules.ts';
import { checkShape } from './schema/check.ts';
import { project } from './schema/project.ts';
import { fail, type Session, startOf, warn } from './session.ts';
import { expandShortForms } from './short-forms.ts';
import { enforceUnique } from './unique.ts';

/** Compiles a group of files, the later laid over the earlier, to one model in long form. */
export function loadModel(files: readonly string[], context: LoadContext): MapNode {
  let model: MapNode = { kind: 'map', entries: new Map(), position: startOf(files[0] ?? '') };
  for (const file of files) model = loadFile(file, model, context);
  model = setDefaults(model);
  checkRules(model, context.session);
  if (context.resolvePaths) model = resolvePaths(model, context.base, context.session);
  return resolveEnvironment(model, (name) => context.environment.get(name));
}

function loadFile(file: string, before: MapNode, context: LoadContext): MapNode {
  const inner: LoadContext = { ...context, trail: [...context.trail, file] };
  return readDocuments(file, context.session).reduce(
    (model: MapNode, raw) => loadDocument(raw, file, model, inner),
    before,
  );
}

function loadDocument(raw: Node, file: string, before: MapNode, context: LoadContext): MapNode {
  const { session } = context;
  const { node: written, paths } = collectResets(raw);
  const node = session.modernise && isMap(written) ? modernise(written, file, session) : written;
  if (!isMap(node)) {
    fail(session, 'type', {
      message: 'a compose file is a mapping',
      position: node.position,
      detail: `this is a ${typeName(node)}`,
      fix: 'begin with services:',
    });
    return before;
  }
  const lookup = (name: string) => context.environment.get(name);
  const values = session.interpolate ? (interpolate(node, lookup, session) as MapNode) : node;
  const extended = applyExtends(values, paths, { session, lookup, file, folder: context.folder });
  const complete = applyIncludes(extended, context, loadModel);
  const merged = mergeDocuments(applyResets(before, paths), complete, session);
  const unique = enforceUnique(merged, session);
  for (const { code, ...problem } of checkShape(unique, project)) fail(session, code, problem);
  const current = dropVersion(unique, file, session);
  return enforceUnique(omitEmpty(expandShortForms(current, session)), session);
}

function dropVersion(document: MapNode, file: string, session: Session): MapNode {
  const version = document.entries.get('version');
  if (!version) return document;
  warn(session, 'version', {
    message: 'the attribute version is obsolete and has no effect',
    position: version.keyPosition,
    path: 'version',
    where: file,
    fix: 'remove it',
  });
  return withEntries(document, { version: undefined });
}
