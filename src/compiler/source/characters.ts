import type { Diagnostic, Position } from '../../model/diagnostic.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters YAML does not allow
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;
const DIRECTIVES = /^(?:[ \t]*(?:#[^\n]*)?\n|%[^\n]*\n)*/;

/** Characters and directives that Go's YAML reader refuses and the parser lets pass. */
export function checkCharacters(text: string, at: (offset: number) => Position): Diagnostic[] {
  const found: Diagnostic[] = [];
  const refuse = (offset: number, detail: string, fix: string) =>
    found.push({
      severity: 'error',
      code: 'yaml/syntax',
      message: 'malformed YAML',
      position: at(offset),
      detail,
      fix,
    });
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden) {
    const code = forbidden[0].charCodeAt(0).toString(16).padStart(4, '0');
    refuse(
      forbidden.index,
      `a control character stands here (U+${code})`,
      'remove it, or write it as an escape in double quotes',
    );
  }
  if (text.startsWith('%') || /^\n?[#\s]*\n%/.test(text))
    for (const match of (DIRECTIVES.exec(text)?.[0] ?? '').matchAll(/^%(\S*)[ \t]*(\S*)/gm)) {
      if (match[1] === 'TAG' || (match[1] === 'YAML' && match[2] === '1.1')) continue;
      refuse(match.index, `the directive ${match[0]} is not understood`, 'remove the line');
    }
  return found;
}
