import { basename, delimiter, dirname, join, resolve } from 'node:path';
import type { FileReader } from '../../compiler/source/reader.ts';

const STOWAGE_FILES = ['stowage.yaml', 'stowage.yml'];
const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDE_FILES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** Who named the input files; `none`: nobody, and the folder holds none. */
export type InputSource = 'flags' | 'stowage.yaml' | 'COMPOSE_FILE' | 'folder' | 'none';

export interface InputFiles {
  readonly files: readonly string[];
  readonly from: InputSource;
  /** Folder that gives the stack its name when nothing else does. */
  readonly folder: string;
}

/** The stowage.yaml of the folder or of the nearest one above it. */
export function findStowageFile(cwd: string, reader: FileReader): string | undefined {
  for (const folder of upwards(cwd)) {
    const names = reader.list(folder);
    const name = STOWAGE_FILES.find((candidate) => names.includes(candidate));
    if (name) return join(folder, name);
  }
  return undefined;
}

/**
 * Input files by the rules of docker compose where stowage.yaml does not name them: flags, COMPOSE_FILE,
 * then the folder and those above it, each with its override file.
 *
 * @param base folder of stowage.yaml, or the working folder
 * @see https://docs.docker.com/compose/how-tos/environment-variables/envvars/, COMPOSE_FILE
 */
export function findInputFiles(
  flags: readonly string[] | undefined,
  said: readonly string[] | undefined,
  cwd: string,
  base: string,
  env: Readonly<Record<string, string | undefined>>,
  reader: FileReader,
): InputFiles {
  if (flags && flags.length > 0) return named(flags, 'flags', cwd, cwd);
  if (said && said.length > 0) return { files: said, from: 'stowage.yaml', folder: base };
  if (env.COMPOSE_FILE) {
    const separator = env.COMPOSE_PATH_SEPARATOR || delimiter;
    return named(env.COMPOSE_FILE.split(separator).filter(Boolean), 'COMPOSE_FILE', cwd, cwd);
  }
  for (const folder of upwards(base)) {
    const files = composeFiles(folder, reader);
    if (files.length > 0) return { files, from: 'folder', folder };
  }
  return { files: [], from: 'none', folder: base };
}

/** The folder's name as compose makes a project name of it; `stack` when nothing of it is left. */
export function folderName(path: string): string {
  const name = basename(resolve(path))
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '')
    .replace(/^[_-]+/, '');
  return name === '' ? 'stack' : name;
}

function named(paths: readonly string[], from: InputSource, cwd: string, fallback: string): InputFiles {
  const files = paths.map((path) => (path === '-' ? path : resolve(cwd, path)));
  const first = files.find((path) => path !== '-');
  return { files, from, folder: first === undefined ? fallback : dirname(first) };
}

function composeFiles(folder: string, reader: FileReader): readonly string[] {
  const names = reader.list(folder);
  const main = COMPOSE_FILES.find((name) => names.includes(name));
  if (!main) return [];
  const override = OVERRIDE_FILES.find((name) => names.includes(name));
  return [main, ...(override ? [override] : [])].map((name) => join(folder, name));
}

function* upwards(from: string): Generator<string> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    yield folder;
    if (dirname(folder) === folder) return;
  }
}
