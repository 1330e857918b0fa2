import { loadEnvFiles, type Variables } from './environment.ts';
import type { LoadOptions } from './options.ts';
import { type Session, stop, warn } from './session.ts';
import { isAbsolute, joinPath } from './values/file-path.ts';

const FILE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDE_NAMES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** What is known before the first file is read. */
export interface Setup {
  /** Absolute paths, or `-`. */
  readonly files: readonly string[];
  /** The project folder, absolute. */
  readonly folder: string;
  readonly variables: Map<string, string>;
  readonly profiles: readonly string[];
}

/** Finds the files, the project folder and the variables, from the options, the environment and `.env`. */
export function setUp(options: LoadOptions, session: Session): Setup {
  const variables = new Map(Object.entries(options.environment));
  if (!variables.has('PWD')) variables.set('PWD', session.currentDirectory);
  let files = options.files.map((file) => absolute(file, session));
  addDotEnv(options, folderFor(options, files, session), variables, session);
  if (files.length === 0) files = filesOfEnvironment(variables, session);
  if (files.length === 0) files = findFiles(folderFor(options, [], session), session);
  if (files.length === 0)
    stop(session, 'no-file', {
      message: 'there is no compose file',
      where: folderFor(options, [], session),
      fix: 'name one with -f, or make a compose.yaml',
    });
  const folder = folderFor(options, files, session);
  addDotEnv(options, folder, variables, session);
  const given = options.profiles ?? [];
  const named = (variables.get('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim());
  return { files, folder, variables, profiles: given.length > 0 ? given : named };
}

function absolute(path: string, session: Session): string {
  return path === '-' || isAbsolute(path) ? path : joinPath(session.currentDirectory, path);
}

function folderFor(options: LoadOptions, files: readonly string[], session: Session): string {
  if (options.projectDirectory) return absolute(options.projectDirectory, session);
  const first = files.find((file) => file !== '-');
  return first === undefined ? session.currentDirectory : joinPath(first, '..');
}

/** The process environment wins over env files. */
function addDotEnv(options: LoadOptions, folder: string, variables: Map<string, string>, session: Session): void {
  for (const [name, value] of loadEnvFiles(envFilesFor(options, folder, session), variables, session))
    if (!variables.has(name)) variables.set(name, value);
}

function envFilesFor(options: LoadOptions, folder: string, session: Session): readonly string[] {
  const named = options.envFiles?.length
    ? options.envFiles
    : (options.environment.COMPOSE_ENV_FILES ?? '').split(',').filter((file) => file !== '');
  if (named.length > 0) return named.map((file) => absolute(file, session));
  const disabled = options.environment.COMPOSE_DISABLE_ENV_FILE;
  if (disabled !== undefined && parseFlag(disabled, session)) return [];
  const own = joinPath(folder, '.env');
  return !session.reader.isDirectory(own) && session.reader.readText(own) !== undefined ? [own] : [];
}

function parseFlag(text: string, session: Session): boolean {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false;
  return stop(session, 'environment', {
    message: 'a variable is no boolean',
    where: `COMPOSE_DISABLE_ENV_FILE=${text}`,
    fix: 'set it to true or false',
  });
}

function filesOfEnvironment(variables: Variables, session: Session): string[] {
  const list = variables.get('COMPOSE_FILE');
  if (list === undefined) return [];
  return list.split(variables.get('COMPOSE_PATH_SEPARATOR') || ':').map((file) => absolute(file, session));
}

/** The compose file of a folder or of the nearest folder above, with its override. */
function findFiles(start: string, session: Session): string[] {
  for (let folder = start; ; folder = joinPath(folder, '..')) {
    const found = present(FILE_NAMES, folder, session);
    if (found.length > 0) return [...found.slice(0, 1), ...present(OVERRIDE_NAMES, folder, session).slice(0, 1)];
    if (folder === '/' || folder === '') return [];
  }
}

function present(names: readonly string[], folder: string, session: Session): string[] {
  const listed = new Set(session.reader.list(folder));
  const found = names.filter((name) => listed.has(name)).map((name) => joinPath(folder, name));
  if (found.length > 1)
    warn(session, 'several-files', {
      message: 'several compose files stand side by side',
      where: folder,
      why: `${found[0]} is used, ${found.slice(1).join(', ')} is not`,
      fix: 'keep one, or name the files with -f',
    });
  return found;
}
