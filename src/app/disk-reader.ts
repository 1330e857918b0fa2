import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import type { FileReader } from '../compiler/source/reader.ts';

/** Reads the files of this machine. */
export const diskReader: FileReader = {
  readText: (path) => absentAsUndefined(() => readFileSync(path, 'utf8')),
  readBytes: (path) => absentAsUndefined(() => readFileSync(path)),
  isDirectory: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  resolveLink,
  list: (path) => absentAsUndefined(() => readdirSync(path).sort()) ?? [],
};

/** Replaces the first part of a path that is a symbolic link by what it points to. */
function resolveLink(path: string): string {
  let current = '';
  for (const part of path.split('/').filter(Boolean)) {
    current = `${current}/${part}`;
    if (!lstatSync(current, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    return path.replace(current, () => realpathSync(current));
  }
  return path;
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

function absentAsUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
