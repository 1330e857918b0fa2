/** What a line begins inside of. */
export type LineContext = 'block' | 'flow' | 'quoted' | 'block-scalar';

export interface LineInfo {
  readonly context: LineContext;
  /** Column (from 0) of the key or dash whose value goes on here; −1 at the root. */
  readonly parentColumn: number;
}

interface State {
  quote: '"' | "'" | undefined;
  depth: number;
  scalar: { readonly parent: number; indent: number | undefined } | undefined;
  parentColumn: number;
}

/**
 * Walks over YAML line by line, as far as needed to tell structure from text. It serves where the parser is stricter or
 * laxer than Go's about indentation; it does not judge the document.
 */
export function scanLines(lines: readonly string[]): readonly LineInfo[] {
  const state: State = { quote: undefined, depth: 0, scalar: undefined, parentColumn: -1 };
  return lines.map((line) => {
    if (endsScalar(line, state)) state.scalar = undefined;
    const context = state.scalar ? 'block-scalar' : state.quote ? 'quoted' : state.depth > 0 ? 'flow' : 'block';
    const info: LineInfo = { context, parentColumn: state.parentColumn };
    if (context !== 'block-scalar') scanLine(line, context, state);
    return info;
  });
}

function endsScalar(line: string, { scalar }: State): boolean {
  if (!scalar || /^[ \t\r]*$/.test(line)) return false;
  const indent = line.search(/[^ ]/);
  if (scalar.indent === undefined) {
    if (indent <= scalar.parent) return true;
    scalar.indent = indent;
  }
  return indent < scalar.indent;
}

function scanLine(line: string, context: LineContext, state: State): void {
  let at = 0;
  if (context === 'block') at = skipIndicators(line, state);
  let isStart = context !== 'quoted';
  for (; at < line.length; at++) {
    const char = line[at] as string;
    if (state.quote) {
      if (char === '\\' && state.quote === '"') at++;
      else if (char === state.quote && state.quote === "'" && line[at + 1] === "'") at++;
      else if (char === state.quote) state.quote = undefined;
      continue;
    }
    if (char === ' ' || char === '\t' || char === '\r') continue;
    if (char === '#' && (at === 0 || /[ \t]/.test(line[at - 1] as string))) return;
    isStart = scanToken(line, at, isStart, state);
    if (state.scalar) return;
  }
}

/** Skips the indentation and the dashes; the last of them, or the key behind it, is what values hang on. */
function skipIndicators(line: string, state: State): number {
  let at = Math.max(0, line.search(/[^ ]|$/));
  if (line[at] === '#' || at === line.length) return at;
  state.parentColumn = at;
  while (/^[-?](?:[ \t]|$)/.test(line.slice(at, at + 2))) {
    state.parentColumn = at;
    at += 1;
    while (line[at] === ' ' || line[at] === '\t') at++;
  }
  if (/^(?:"[^"]*"|'[^']*'|[^#&*!|>'"%@`{[\]},]?[^:#]*?):(?:[ \t]|\r?$)/.test(line.slice(at))) state.parentColumn = at;
  return at;
}

/** One character of structure or of plain text; says whether a new value may begin behind it. */
function scanToken(line: string, at: number, isStart: boolean, state: State): boolean {
  const char = line[at] as string;
  const isFlow = state.depth > 0;
  if (isStart && (char === '"' || char === "'")) {
    state.quote = char;
    return false;
  }
  if ((isStart || isFlow) && (char === '[' || char === '{')) {
    state.depth++;
    return true;
  }
  if (isFlow && (char === ']' || char === '}')) {
    state.depth--;
    return false;
  }
  if (isFlow && char === ',') return true;
  if (char === ':' && (isFlow || /[ \t\r]|^$/.test(line[at + 1] ?? ''))) return true;
  if (isStart && !isFlow && (char === '|' || char === '>')) {
    const explicit = /^[|>][-+]?([1-9])?[-+]?[ \t\r]*(?:#.*)?$/.exec(line.slice(at));
    if (explicit)
      state.scalar = {
        parent: state.parentColumn,
        indent: explicit[1] ? state.parentColumn + Number(explicit[1]) : undefined,
      };
    return false;
  }
  return isStart && /[&!*]/.test(char) ? true : isStart && /[&!*]\S*$/.test(line.slice(0, at + 1));
}
