import type { Diagnostic } from '../../model/diagnostic.ts';
import { type Lookup, substitute } from './template.ts';

export interface EnvFileResult {
  /** Problems at their line; the variables read before the first one stand in the map. */
  readonly diagnostics: readonly Diagnostic[];
}

/** White space as Unicode has it: unlike that of JavaScript with U+0085 and without the byte order mark. */
const SPACES = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACE = new RegExp(`[${SPACES}]`);
const LEADING_SPACE = new RegExp(`^[${SPACES}]+`);
const TRAILING_SPACE = new RegExp(`[${SPACES}]+$`);
const INLINE_SPACE = /[\t\v\f\r \u0085\u00a0]/;
const NAME = /[\p{L}\p{N}_.[\]-]/u;
const ESCAPE = /\\(?:[abcfnrtv$"\\]|0\d{0,3})/g;
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  $: '$$',
};

/**
 * Reads a `.env` file into `into`, which also holds what earlier files set: comments, `export`, `NAME` alone (taken from
 * the lookup), quotes over several lines, escapes in double quotes, interpolation outside single quotes.
 *
 * @param lookup variables that win over those of the file itself when a value is interpolated
 */
export function readEnvFile(text: string, file: string, into: Map<string, string>, lookup: Lookup): EnvFileResult {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const reader: Reader = { source, file, into, lookup, diagnostics: [], at: 0 };
  while (skipToStatement(reader)) if (!readStatement(reader)) break;
  return { diagnostics: reader.diagnostics };
}

interface Reader {
  readonly source: string;
  readonly file: string;
  readonly into: Map<string, string>;
  readonly lookup: Lookup;
  readonly diagnostics: Diagnostic[];
  at: number;
}

function skipToStatement(r: Reader): boolean {
  for (;;) {
    while (r.at < r.source.length && SPACE.test(r.source[r.at] as string)) r.at++;
    if (r.at >= r.source.length) return false;
    if (r.source[r.at] !== '#') return true;
    const end = r.source.indexOf('\n', r.at);
    if (end < 0) return false;
    r.at = end;
  }
}

function readStatement(r: Reader): boolean {
  const exported = /^export[\t\n\f\r ]+/.exec(r.source.slice(r.at, r.at + 200));
  if (exported) r.at = skipInline(r, r.at + 'export'.length);
  const start = r.at;
  const end = nameEnd(r);
  if (end === undefined) return fail(r, start, 'a variable name has a character it may not have', firstLine(r, start));
  const separator = r.source[end];
  // Without a separator up to the end of the file the whole rest is a value without a name.
  const key = separator === undefined ? '' : trimEnd(r.source.slice(start, end));
  r.at = skipInline(r, separator === undefined ? start : end + 1);
  if (key.includes(' ')) return fail(r, start, 'a variable name contains a space', key);
  if (separator === '\n') {
    const value = r.lookup(key);
    if (value !== undefined) r.into.set(key, value);
    return true;
  }
  return readValue(r, key);
}

function trimEnd(text: string): string {
  return text.replace(TRAILING_SPACE, '');
}

/** Where the name stops: at `=`, `:`, a line end, or the end of the text; undefined at a character no name may have. */
function nameEnd(r: Reader): number | undefined {
  for (let i = r.at; i < r.source.length; ) {
    const char = String.fromCodePoint(r.source.codePointAt(i) as number);
    if (char === '=' || char === ':' || char === '\n') return i;
    if (!INLINE_SPACE.test(char) && !NAME.test(char)) return undefined;
    i += char.length;
  }
  return r.source.length;
}

function readValue(r: Reader, key: string): boolean {
  const quote = r.source[r.at];
  if (quote === '"' || quote === "'") return readQuoted(r, key, quote);
  const start = r.at;
  const lineEnd = r.source.indexOf('\n', start);
  const end = lineEnd < 0 ? r.source.length : lineEnd;
  r.at = Math.min(end + 1, r.source.length);
  const [value = ''] = r.source.slice(start, end).split(' #', 1);
  return set(r, key, trimEnd(value), start);
}

function readQuoted(r: Reader, key: string, quote: string): boolean {
  const start = r.at;
  let value = '';
  let escaped = false;
  for (let i = start + 1; i < r.source.length; i++) {
    const char = r.source[i] as string;
    if (char === quote && !escaped) {
      r.at = i + 1;
      if (quote === '"') return set(r, key, expandEscapes(value), start);
      r.into.set(key, value);
      return true;
    }
    if (char === '\\' && !escaped) {
      escaped = true;
      continue;
    }
    value += escaped && char !== quote ? `\\${char}` : char;
    escaped = false;
  }
  return fail(r, start, 'a quoted value is not closed', firstLine(r, start));
}

function expandEscapes(text: string): string {
  return text.replace(ESCAPE, (match) => {
    if (!match.startsWith('\\0')) return ESCAPES[match[1] as string] ?? match;
    return /^\\0[0-3][0-7]{2}$/.test(match)
      ? String.fromCodePoint(Number.parseInt(match.slice(2), 8))
      : match.replace('\\0', '\\');
  });
}

function set(r: Reader, key: string, template: string, at: number): boolean {
  const { text, problems } = substitute(template, (name) => r.lookup(name) ?? r.into.get(name));
  r.into.set(key, text);
  for (const problem of problems) {
    if (problem.kind === 'unset') continue;
    const missing = problem.kind === 'required';
    return fail(
      r,
      at,
      missing ? 'a required variable has no value' : 'a variable reference is malformed',
      missing ? `${problem.variable}${problem.reason ? `: ${problem.reason}` : ''}` : firstLine(r, at),
    );
  }
  return true;
}

function skipInline(r: Reader, from: number): number {
  let i = from;
  while (i < r.source.length && INLINE_SPACE.test(r.source[i] as string)) i++;
  return i;
}

function firstLine(r: Reader, at: number): string {
  return (r.source.slice(at).split('\n', 1)[0] ?? '').replace(/=.*/s, '=…');
}

function fail(r: Reader, at: number, message: string, detail: string): false {
  const before = r.source.slice(0, at).split('\n');
  r.diagnostics.push({
    severity: 'error',
    code: 'compose/env-file-syntax',
    message,
    position: { file: r.file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
    detail,
    fix: 'write NAME=value, one per line, with quotes around values that span lines',
  });
  return false;
}

/** Reads `NAME=value` lines as they are (`format: raw`); a bare `NAME` is taken from the lookup. */
export function readRawEnvFile(text: string, file: string, into: Map<string, string>, lookup: Lookup): EnvFileResult {
  const lines = (text.startsWith('\uFEFF') ? text.slice(1) : text).split(/\r?\n/);
  for (const [i, raw] of lines.entries()) {
    const line = raw.replace(LEADING_SPACE, '');
    if (line === '' || line.startsWith('#')) continue;
    const at = line.indexOf('=');
    const key = at < 0 ? line : line.slice(0, at);
    if (key === '' || /[ \t]/.test(key)) {
      const position = { file, line: i + 1, column: raw.length - line.length + 1 };
      const message = key === '' ? 'a line has no variable name' : 'a variable name contains a space';
      return { diagnostics: [{ severity: 'error', code: 'compose/env-file-syntax', message, position, detail: key }] };
    }
    const value = at < 0 ? lookup(key) : line.slice(at + 1);
    if (value !== undefined) into.set(key, value);
  }
  return { diagnostics: [] };
}
