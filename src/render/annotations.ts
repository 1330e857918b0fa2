import { isAbsolute, relative } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';

/**
 * Diagnostics as GitHub workflow commands, which show them beside the lines of a pull request.
 *
 * @param cwd the checkout; places are given relative to it
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotations(diagnostics: readonly Diagnostic[], cwd: string): string {
  return diagnostics.map((diagnostic) => `${annotation(diagnostic, cwd)}\n`).join('');
}

const LEVELS = { error: 'error', warning: 'warning', note: 'notice' } as const;

function annotation(
  { severity, code, message, position, path, where, detail, why, fix }: Diagnostic,
  cwd: string,
): string {
  const place = position && position.file !== '-' ? placeOf(position, cwd) : [];
  const properties = [...place, ['title', code] as const].map(([name, value]) => `${name}=${escapeProperty(value)}`);
  const text = [message, where ?? path, detail, why, fix && `fix: ${fix}`].filter(Boolean).join('\n');
  return `::${LEVELS[severity]} ${properties.join(',')}::${escapeText(text)}`;
}

function placeOf(
  { file, line, column }: NonNullable<Diagnostic['position']>,
  cwd: string,
): (readonly [string, string])[] {
  const near = isAbsolute(file) ? relative(cwd, file) : file;
  return [
    ['file', near],
    ['line', String(line)],
    ['col', String(column)],
  ];
}

function escapeText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
