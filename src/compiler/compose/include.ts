import type { MapEntry, MapNode, Node } from '../source/tree.ts';
import { loadEnvFiles } from './environment.ts';
import { folderOf, locate } from './files.ts';
import type { LoadContext } from './load-context.ts';
import { isInteger, isMap, isNull, isSequence, stringOf, typeName, withEntries } from './nodes.ts';
import { identityOf } from './schema/check.ts';
import { fail, type Session, stop } from './session.ts';
import { isAbsolute, joinPath } from './values/file-path.ts';

const SECTIONS = ['services', 'volumes', 'networks', 'secrets', 'configs', 'models'];

interface Include {
  readonly paths: readonly string[];
  readonly projectDirectory?: string;
  readonly envFiles: readonly string[];
  readonly at: Node;
}

/** Loads a model of its own; given by the loader, which includes in turn. */
export type LoadModel = (files: readonly string[], context: LoadContext) => MapNode;

/** Brings the resources of included files in, each file compiled on its own with its own folder and environment. */
export function applyIncludes(document: MapNode, context: LoadContext, load: LoadModel): MapNode {
  const list = document.entries.get('include')?.value;
  if (!list) return document;
  let result = document;
  for (const include of readIncludes(list, context.session)) {
    const inner = contextOf(include, context);
    const model = load(inner.files, inner.context);
    result = importResources(result, model, include, context.session);
  }
  return withEntries(result, { include: undefined });
}

function readIncludes(list: Node, session: Session): readonly Include[] {
  if (isNull(list)) return [];
  if (!isSequence(list)) {
    fail(session, 'type', {
      message: 'a value has the wrong type',
      position: list.position,
      path: 'include',
      detail: `include must be a list, not a ${typeName(list)}`,
      fix: 'write each file as an item: - other.yaml',
    });
    return [];
  }
  return list.items.map((item, i) => readInclude(item, `include[${i}]`, session));
}

function readInclude(item: Node, path: string, session: Session): Include {
  if (stringOf(item) !== undefined) return { paths: [stringOf(item) as string], envFiles: [], at: item };
  if (isNull(item)) return { paths: [], envFiles: [], at: item };
  if (!isMap(item)) return badInclude(item, path, session);
  const texts = (key: string) => textsOf(item.entries.get(key)?.value, `${path}.${key}`, session);
  const given = item.entries.get('project_directory')?.value;
  const isNamed = !given || isNull(given) || isInteger(given) || stringOf(given) !== undefined;
  if (!isNamed) return badInclude(given, `${path}.project_directory`, session);
  const directory = isInteger(given) ? String(given.value) : stringOf(given);
  return {
    paths: texts('path'),
    envFiles: texts('env_file'),
    at: item,
    ...(directory && { projectDirectory: directory }),
  };
}

function textsOf(node: Node | undefined, path: string, session: Session): readonly string[] {
  if (!node || isNull(node)) return [];
  const items = isSequence(node) ? node.items : [node];
  return items.map((item) => stringOf(item) ?? badInclude(item, path, session));
}

function badInclude(item: Node, path: string, session: Session): never {
  return stop(session, 'type', {
    message: 'a value has the wrong type',
    position: item.position,
    path,
    detail: `a ${typeName(item)} names no file`,
    fix: 'write a path, or path:, project_directory: and env_file:',
  });
}

function contextOf(include: Include, context: LoadContext): { files: readonly string[]; context: LoadContext } {
  const { session, folder } = context;
  const files = include.paths.map((path) => locate(path, folder, session, include.at.position));
  const [main] = files;
  let projectFolder = include.projectDirectory ?? '';
  let base = context.base;
  if (main !== undefined) {
    checkCycle(main, include, context);
    if (include.projectDirectory === undefined) {
      base = folderOf(main, folder, session);
      projectFolder = joinPath(main, '..');
    } else if (isAbsolute(include.projectDirectory)) {
      base = include.projectDirectory;
    } else {
      base = folderOf(include.projectDirectory, folder, session);
      projectFolder = joinPath(context.base, include.projectDirectory);
    }
  }
  const absolute = absoluteFrom(projectFolder, session);
  const environment = includedEnvironment(include, absolute, context);
  return {
    files,
    context: { ...context, folder: absolute, base, environment, trail: [...context.trail] },
  };
}

function absoluteFrom(path: string, session: Session): string {
  return isAbsolute(path) ? path : joinPath(session.currentDirectory, path);
}

function checkCycle(main: string, include: Include, context: LoadContext): void {
  if (!context.trail.includes(main)) return;
  stop(context.session, 'include-cycle', {
    message: 'files include each other in a circle',
    position: include.at.position,
    detail: [...context.trail, main].join(' → '),
    fix: 'remove one of the includes',
  });
}

/** Variables of the includer win over those of the files. */
function includedEnvironment(include: Include, folder: string, context: LoadContext): ReadonlyMap<string, string> {
  const { session, environment } = context;
  const own = joinPath(folder, '.env');
  const files =
    include.envFiles.length > 0
      ? include.envFiles.map((file) => (isAbsolute(file) ? file : absoluteFrom(joinPath(context.base, file), session)))
      : !session.reader.isDirectory(own) && session.reader.readText(own) !== undefined
        ? [own]
        : [];
  const fromFiles = loadEnvFiles(files, environment, session, include.at.position);
  return new Map([...fromFiles, ...environment]);
}

function importResources(document: MapNode, model: MapNode, include: Include, session: Session): MapNode {
  let result = document;
  for (const section of SECTIONS) {
    const from = model.entries.get(section)?.value;
    if (!isMap(from)) continue;
    const to = result.entries.get(section)?.value;
    const entries = new Map<string, MapEntry>(isMap(to) ? to.entries : []);
    for (const entry of from.entries.values()) {
      const present = entries.get(entry.key);
      if (!present) entries.set(entry.key, entry);
      else if (identityOf(present.value) !== identityOf(entry.value))
        fail(session, 'include-conflict', {
          message: 'an included file defines what this one defines too',
          position: present.keyPosition,
          path: `${section}.${entry.key}`,
          fix: 'rename one of them, or change the included one in an override file',
          related: [
            { position: entry.keyPosition, message: 'the other definition' },
            { position: include.at.position, message: 'included here' },
          ],
        });
    }
    const base = isMap(to) ? to : from;
    result = withEntries(result, { [section]: { ...base, entries } });
  }
  return result;
}
