import { scanLines } from './lines.ts';

/** Text whose continuation lines are indented as the parser wants them, and by how much each line moved. */
export interface Reindented {
  readonly text: string;
  /** Columns added, by line from 0. */
  readonly shifts: readonly number[];
}

/**
 * Go's reader lets the lines of a bracketed or quoted value stand further left than the key they belong to; this parser
 * does not. Moves such lines to the right, which changes no value. Undefined when there is none.
 */
export function reindent(text: string): Reindented | undefined {
  const lines = text.split('\n');
  const shifts: number[] = [];
  const infos = scanLines(lines);
  const moved = lines.map((line, i) => {
    const info = infos[i];
    const indent = line.search(/[^ \t]/);
    const isContinued = info?.context === 'flow' || info?.context === 'quoted';
    const shift =
      isContinued && indent >= 0 && !/^[\r]?$/.test(line) ? Math.max(0, (info?.parentColumn ?? -1) + 1 - indent) : 0;
    shifts.push(shift);
    return ' '.repeat(shift) + line;
  });
  return shifts.some((shift) => shift > 0) ? { text: moved.join('\n'), shifts } : undefined;
}

/** The first tab that stands where only spaces may indent: Go's reader refuses it, on blank and comment lines too. */
export function findIndentingTab(text: string): { readonly line: number; readonly column: number } | undefined {
  if (!text.includes('\t')) return undefined;
  const lines = text.split('\n');
  const infos = scanLines(lines);
  for (const [i, line] of lines.entries()) {
    const column = line.search(/[^ ]/);
    if (line[column] !== '\t' || infos[i]?.context !== 'block') continue;
    if (column > (infos[i]?.parentColumn ?? 0) && isPlainText(line)) continue;
    return { line: i + 1, column: column + 1 };
  }
  return undefined;
}

/** Text that goes on a plain value of the line before. */
function isPlainText(line: string): boolean {
  return /^[ \t]+[^#\s]/.test(line) && !/:(?:\s|$)/.test(line);
}
