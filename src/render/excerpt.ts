import type { Position } from '../model/diagnostic.ts';
import type { Style } from './terminal.ts';

const MAX_COLUMNS = 160;
const ENV_FILE = /(^|[/\\])\.env[^/\\]*$|\.env$/;
const SECRET =
  /((?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key|private[-_]?key|credentials?)[\w.-]*["']?\s*[:=]\s*)(?=\S)(?![{[|>]).*/i;
const PASSWORD_IN_URL = /(:\/\/[^\s/:@]*:)[^\s/@]+@/g;
/** What to underline when nobody said how much: up to the next thing that separates. */
const WORD = /^(?:"[^"]*"|'[^']*'|[^\s,[\]{}]+?(?=:?$|:\s|[\s,[\]{}]))/;

/**
 * The line a diagnostic points to, with the culprit underlined and `detail` behind it. For an empty line,
 * such as the end of the file, the last one before it that is not. Empty for a file
 * of secrets; the value of a key that reads like a secret is masked.
 */
export function excerpt(
  text: string,
  position: Position,
  detail: string | undefined,
  style: Style,
  paint: Style['red'],
): string[] {
  if (ENV_FILE.test(position.file)) return [];
  const lines = text.split('\n', position.line).map((line) => line.replace(/\r$/, ''));
  if (position.line > lines.length + 1) return [];
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const line = lines[last];
  if (line === undefined) return [];
  const shown = printable(line.replace(SECRET, '$1…').replace(PASSWORD_IN_URL, '$1…@'));
  const number = String(last + 1).padStart(5);
  const source = `${style.dim(number)} ${style.dim('|')} ${clip(shown)}`;
  if (last + 1 !== position.line || position.column > shown.length || position.column > MAX_COLUMNS) {
    return detail ? [source, `      ${style.dim('|')} ${paint(detail)}`] : [source];
  }
  const length = Math.max(
    1,
    Math.min(position.length ?? wordLength(shown, position.column), shown.length - position.column + 1),
  );
  const marks = paint('^'.repeat(length));
  const pad = ' '.repeat(position.column - 1);
  const isUnderlined = detail === shown.slice(position.column - 1, position.column - 1 + length);
  return [source, `      ${style.dim('|')} ${pad}${marks}${detail && !isUnderlined ? ` ${paint(detail)}` : ''}`];
}

function wordLength(line: string, column: number): number {
  return WORD.exec(line.slice(column - 1))?.[0].length ?? 1;
}

function clip(line: string): string {
  return line.length > MAX_COLUMNS ? `${line.slice(0, MAX_COLUMNS)}…` : line;
}

/** One column per character, and nothing that steers the terminal. */
export function printable(line: string): string {
  return line.replaceAll('\t', ' ').replace(/\p{Cc}/gu, '·');
}
