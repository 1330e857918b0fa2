import type { Node } from '../source/tree.ts';
import { readDocuments } from './files.ts';
import { isMap, isNull } from './nodes.ts';
import type { LoadOptions } from './options.ts';
import { fail, type Session, stop } from './session.ts';
import type { Setup } from './setup.ts';
import { substitute } from './template.ts';
import { joinPath } from './values/file-path.ts';

/**
 * The project's name: as the options say, `COMPOSE_PROJECT_NAME`, `name:` of the last file that has one, or the folder's.
 * The first two must be valid as they are; the others are made so.
 */
export function projectNameOf(options: LoadOptions, setup: Setup, session: Session): string {
  if (options.projectName) return validName(options.projectName, '--project-name', session);
  const ofEnvironment = setup.variables.get('COMPOSE_PROJECT_NAME');
  if (ofEnvironment) return validName(ofEnvironment, 'COMPOSE_PROJECT_NAME', session);
  const named = setup.files
    .flatMap((file) => readDocuments(file, session))
    .flatMap((document) => nameIn(document) ?? []);
  const last = named.at(-1);
  if (last === undefined) return normalName(options.defaultName ?? lastPart(setup.folder));
  const { text, problems } = session.interpolate
    ? substitute(last, (name) => setup.variables.get(name))
    : { text: last, problems: [] };
  if (problems.some(({ kind }) => kind !== 'unset')) return normalName(lastPart(setup.folder));
  return normalName(text);
}

function nameIn(document: Node): string | undefined {
  const name = isMap(document) ? document.entries.get('name')?.value : undefined;
  if (name?.kind !== 'scalar' || isNull(name) || name.text === '') return undefined;
  return String(name.value);
}

function lastPart(folder: string): string {
  return joinPath(folder).split('/').at(-1) ?? '';
}

/** Lower case, without what a name may not hold. */
export function normalName(name: string): string {
  return (name.toLowerCase().match(/[a-z0-9_-]/g) ?? []).join('').replace(/^[_-]+/, '');
}

function validName(name: string, from: string, session: Session): string {
  if (normalName(name) === name) return name;
  return stop(session, 'project-name', {
    message: 'a project name has characters it may not have',
    where: `${from} ${name}`,
    why: 'it becomes part of the names of containers, networks and volumes',
    fix: `use lower-case letters, digits, dashes and underscores: ${normalName(name) || 'app'}`,
  });
}

export function requireName(name: string, session: Session): void {
  if (name !== '') return;
  fail(session, 'project-name', {
    message: 'the project has no name',
    why: 'nothing is left of the given name, or of the folder name, but characters a name may not have',
    fix: 'set name: in the file, or give a name with -p',
  });
}
