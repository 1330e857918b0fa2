import { resolve } from 'node:path';
import type { FileReader } from '../../compiler/source/reader.ts';
import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';

/**
 * Parameters of OpenShift templates from files with `NAME=VALUE` lines and from the command line, which wins.
 *
 * @throws DiagnosticError (64) for a file that is not there and for text without `=`
 */
export function templateParameters(
  given: readonly string[],
  files: readonly string[],
  cwd: string,
  reader: FileReader,
): Record<string, string> {
  const entries = files.flatMap((file) => readLines(resolve(cwd, file), reader));
  return Object.fromEntries([...entries, ...given.map((text) => [text, '--param'] as const)].map(split));
}

function readLines(path: string, reader: FileReader): (readonly [text: string, where: string])[] {
  const text = reader.readText(path);
  if (text === undefined) {
    throw usage({ code: 'settings/no-such-file', message: 'no such file', where: path, why: '--param-file names it' });
  }
  const lines = text.split(/\r?\n/).map((line, i) => [line, `${path}:${i + 1}`] as const);
  return lines.filter(([line]) => line.trim() !== '' && !line.trimStart().startsWith('#'));
}

function split([text, where]: readonly [string, string]): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) {
    throw usage({
      code: 'settings/parameter',
      message: 'a template parameter cannot be read',
      where,
      detail: text,
      fix: 'write NAME=VALUE',
    });
  }
  return [text.slice(0, equals).trim(), text.slice(equals + 1)];
}

function usage(diagnostic: Omit<Diagnostic, 'severity'>): DiagnosticError {
  return new DiagnosticError([{ severity: 'error', ...diagnostic }], EXIT.usage);
}
