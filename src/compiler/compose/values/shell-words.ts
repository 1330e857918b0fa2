const OPERATORS = ';&|<>';

interface State {
  args: string[];
  word: string;
  /** A word has begun, though it may be empty (`""`). */
  started: boolean;
  escaped: boolean;
  double: boolean;
  single: boolean;
  back: boolean;
  dollar: boolean;
}

/**
 * Splits a command string into words the way compose does: quotes and backslashes as in a shell, nothing expanded, and
 * all from an unquoted `;`, `&`, `|`, `<` or `>` on dropped. Undefined when a quote or bracket stays open.
 */
export function splitCommand(line: string): string[] | undefined {
  const s: State = {
    args: [],
    word: '',
    started: false,
    escaped: false,
    double: false,
    single: false,
    back: false,
    dollar: false,
  };
  for (const char of line) {
    if (s.escaped) {
      s.word += char;
      s.escaped = false;
      s.started = true;
    } else if (char === '\\') {
      if (s.single) s.word += char;
      else s.escaped = true;
    } else if (' \t\r\n'.includes(char)) {
      if (quoted(s)) s.word += char;
      else endWord(s);
    } else if (OPERATORS.includes(char) && !quoted(s)) {
      if (char === '>' && /^[0-9]/.test(s.word)) s.started = false;
      break;
    } else if (!takeSpecial(s, char)) {
      return undefined;
    }
  }
  endWord(s);
  return s.escaped || quoted(s) ? undefined : s.args;
}

function quoted(s: State): boolean {
  return s.single || s.double || s.back || s.dollar;
}

function endWord(s: State): void {
  if (!s.started) return;
  s.args.push(s.word);
  s.word = '';
  s.started = false;
}

/** Quotes and brackets; false when a bracket stands where none may. */
function takeSpecial(s: State, char: string): boolean {
  if (char === '"' && !s.single && !s.dollar) {
    if (s.double) s.started = true;
    s.double = !s.double;
    return true;
  }
  if (char === "'" && !s.double && !s.dollar) {
    if (s.single) s.started = true;
    s.single = !s.single;
    return true;
  }
  if (char === '(' && !s.single && !s.double && !s.back) {
    if (s.dollar || !s.word.endsWith('$')) return false;
    s.dollar = true;
    s.word += char;
    return true;
  }
  if (char === '`' && !s.single && !s.double && !s.dollar) s.back = !s.back;
  if (char === ')' && !s.single && !s.double && !s.back) s.dollar = !s.dollar;
  s.started = true;
  s.word += char;
  return true;
}
