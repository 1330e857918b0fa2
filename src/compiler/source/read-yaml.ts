import { type Document, LineCounter, parseAllDocuments, type YAMLParseError } from 'yaml';
import type { Diagnostic, Position } from '../../model/diagnostic.ts';
import { checkCharacters } from './characters.ts';
import { findIndentingTab, reindent } from './indentation.ts';
import type { Dialect } from './scalars.ts';
import type { Node } from './tree.ts';
import { createWalk, walk } from './walk.ts';

export interface ReadOptions {
  readonly dialect: Dialect;
}

export interface ReadResult {
  /** One per document, in order; an empty document is a null scalar. Not to be used when there is an error. */
  readonly documents: readonly Node[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads YAML (or JSON) into nodes that know their place.
 *
 * Aliases and `<<` merges are resolved, tags are kept. Malformed YAML, unknown and cyclic aliases, aliases that grow
 * the document beyond reason, and keys that are no strings (compose) or come twice (a warning in the kubernetes
 * dialect, where the last one wins) are diagnostics at their place.
 *
 * @param file the name that positions carry
 */
export function readYaml(text: string, file: string, options: ReadOptions): ReadResult {
  const diagnostics: Diagnostic[] = [];
  const documents: Node[] = [];
  for (const part of split(text.startsWith('\uFEFF') ? text.slice(1) : text, options.dialect)) {
    diagnostics.push(...checkCharacters(part.text, (offset) => placeIn(part, offset, file)));
    const tab = findIndentingTab(part.text);
    if (tab) diagnostics.push(tabError({ file, line: tab.line + part.firstLine - 1, column: tab.column }));
    const { parsed, place } = parseLeniently(part, file, options.dialect);
    for (const document of parsed) {
      if (document.errors.length > 0)
        diagnostics.push(...document.errors.slice(0, MAX_SYNTAX_ERRORS).map((e) => syntaxError(e, part.text, place)));
      else documents.push(walk(document.contents, createWalk(place, options.dialect, diagnostics)));
    }
  }
  return { documents, diagnostics };
}

function placeIn(part: Part, offset: number, file: string): Position {
  const before = part.text.slice(0, offset).split('\n');
  return { file, line: part.firstLine + before.length - 1, column: (before.at(-1)?.length ?? 0) + 1 };
}

interface Parsed {
  readonly parsed: readonly Document[];
  readonly place: (offset: number) => Position;
}

/** Parses, and where that fails tries again with continuation lines moved to where the parser wants them. */
function parseLeniently(part: Part, file: string, dialect: Dialect): Parsed {
  const strict = parseText(part.text, part, file, dialect, []);
  if (!strict.parsed.some(({ errors }) => errors.length > 0)) return strict;
  const moved = reindent(part.text);
  const lenient = moved && parseText(moved.text, part, file, dialect, moved.shifts);
  return lenient?.parsed.every(({ errors }) => errors.length === 0) ? lenient : strict;
}

function parseText(text: string, part: Part, file: string, dialect: Dialect, shifts: readonly number[]): Parsed {
  const lineCounter = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    const column = Math.max(1, col - (shifts[line - 1] ?? 0));
    return { file, line: Math.max(line, 1) + part.firstLine - 1, column };
  };
  return { parsed: parse(text, lineCounter, dialect), place };
}

function tabError(position: Position): Diagnostic {
  return {
    severity: 'error',
    code: 'yaml/syntax',
    message: 'malformed YAML',
    position,
    detail: 'a tab stands where only spaces may indent',
    fix: 'indent with spaces, not tabs; keep blank lines blank',
  };
}

interface Part {
  readonly text: string;
  readonly firstLine: number;
}

/** Kubernetes tools cut a file at each line that starts with `---` before they parse; the rest of that line is lost. */
function split(text: string, dialect: Dialect): readonly Part[] {
  if (dialect === 'compose') return [{ text, firstLine: 1 }];
  const parts: Part[] = [];
  let firstLine = 1;
  for (const piece of text.split(/^---.*$/m)) {
    parts.push({ text: piece, firstLine });
    firstLine += piece.split('\n').length - 1;
  }
  return parts;
}

function parse(text: string, lineCounter: LineCounter, dialect: Dialect): readonly Document[] {
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter,
  }) as readonly Document[];
  return dialect === 'kubernetes' ? documents.slice(0, 1) : documents;
}

/** Later ones mostly follow from the first. */
const MAX_SYNTAX_ERRORS = 3;

const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces, not tabs',
  BAD_INDENT: 'line the entry up with its neighbours',
  MISSING_CHAR: 'close the bracket, brace or quote that was opened before',
  BLOCK_AS_IMPLICIT_KEY: 'put quotes around a value that contains ": "',
  MULTILINE_IMPLICIT_KEY: 'write key and colon on one line',
  BAD_SCALAR_START: 'put quotes around a value that starts with @ or `',
  UNEXPECTED_TOKEN: 'put quotes around the value, or mend the line before it',
  BAD_DQ_ESCAPE: 'use single quotes, or double the backslash',
};

function syntaxError(error: YAMLParseError, text: string, place: (offset: number) => Position): Diagnostic {
  const start = Math.min(error.pos[0], text.length);
  if (error.message.startsWith('Maximum call stack'))
    return {
      severity: 'error',
      code: 'yaml/too-deep',
      message: 'the document is nested too deeply',
      position: place(start),
    };
  return {
    severity: 'error',
    code: 'yaml/syntax',
    message: 'malformed YAML',
    position: place(start),
    detail: error.message,
    fix: HINTS[error.code] ?? 'mend the YAML at this place',
  };
}
