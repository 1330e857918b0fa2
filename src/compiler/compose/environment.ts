import type { Position } from '../../model/diagnostic.ts';
import { readEnvFile } from './env-file.ts';
import { tryRead } from './files.ts';
import { type Session, stop } from './session.ts';

export type Variables = ReadonlyMap<string, string>;

/**
 * Variables of env files, the later file winning.
 *
 * @param known variables that win over those of the files when values are interpolated
 */
export function loadEnvFiles(files: readonly string[], known: Variables, session: Session, from?: Position): Variables {
  const result = new Map<string, string>();
  for (const file of files) {
    const text = tryRead(file, session);
    if (text === undefined)
      return stop(session, 'env-file-not-found', {
        message: session.reader.isDirectory(file) ? 'a folder was given as env file' : 'an env file is not there',
        ...(from && { position: from }),
        where: file,
        fix: 'check the path',
      });
    const { diagnostics } = readEnvFile(text, file, result, (name) => known.get(name) ?? result.get(name));
    session.diagnostics.push(...diagnostics);
  }
  return result;
}
