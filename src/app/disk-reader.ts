import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { FileReader } from '../compiler/source/reader.ts';

/** Reads the files of this machine. */
export const diskReader: FileReader = {
  readText: (path) => absentAsUndefined(() => readFileSync(path, 'utf8')),
  readBytes: (path) => absentAsUndefined(() => readFileSync(path)),
  isDirectory: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  list: (path) => absentAsUndefined(() => readdirSync(path).sort()) ?? [],
};

const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

function absentAsUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
