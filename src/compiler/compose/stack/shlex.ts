/** Splits a command as `docker stack` does: POSIX quotes and escapes, `#` at the start of a word begins a comment. */
export function shlex(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (/[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === '#' && word === undefined) {
      const end = line.indexOf('\n', i);
      if (end < 0) break;
      i = end;
    } else if (char === '\\') {
      if (i + 1 >= line.length) return undefined;
      word = (word ?? '') + line[++i];
    } else if (char === "'") {
      const end = line.indexOf("'", i + 1);
      if (end < 0) return undefined;
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (char === '"') {
      const quoted = readDouble(line, i + 1);
      if (!quoted) return undefined;
      word = (word ?? '') + quoted.text;
      i = quoted.end;
    } else {
      word = (word ?? '') + char;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** Within double quotes a backslash takes the next character as it is. */
function readDouble(line: string, from: number): { readonly text: string; readonly end: number } | undefined {
  let text = '';
  for (let i = from; i < line.length; i++) {
    if (line[i] === '"') return { text, end: i };
    if (line[i] === '\\') i++;
    text += line[i] ?? '';
  }
  return undefined;
}
