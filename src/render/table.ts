import type { Terminal } from './terminal.ts';
import { type Measure, measureOf } from './width.ts';

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Colours a cell; it is padded before. */
  readonly paint?: (text: string, row: Row) => string;
  readonly align?: 'left' | 'right';
  /** May be cut down to so many columns with `…` on a narrow terminal. */
  readonly shrinkTo?: number;
  /** Where the `…` stands: an image's name says more at its end. */
  readonly cutAt?: 'start' | 'end';
  /** Left out when shrinking is not enough; the last such column first. */
  readonly optional?: boolean;
}

const GAP = 2;

/**
 * Rows as aligned columns. A column that is empty in every row is left out. On a terminal too narrow for
 * them, columns that may shrink do, widest first; then optional ones go; when that is not enough, each row
 * becomes a block of `title: value` lines. Without a terminal nothing is cut.
 */
export async function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, style }: Terminal,
): Promise<string> {
  const filled = columns.filter((column) => rows.some((row) => column.text(row) !== ''));
  const measure = await measureOf(rows.flatMap((row) => filled.map((column) => column.text(row))));
  const fitting = fitColumns(rows, filled, width, measure);
  if (!fitting) return renderBlocks(rows, filled, style.dim);
  const { used, widths } = fitting;
  const header = used.map((column, i) => style.dim(pad(column.title, widths[i] ?? 0, column.align, measure)));
  const lines = rows.map((row) =>
    used.map((column, i) => {
      const cell = pad(
        cut(column.text(row), widths[i] ?? 0, measure, column.cutAt),
        widths[i] ?? 0,
        column.align,
        measure,
      );
      return column.paint && style.enabled ? column.paint(cell, row) : cell;
    }),
  );
  return [header, ...lines].map((cells) => `${cells.join(' '.repeat(GAP)).trimEnd()}\n`).join('');
}

/** The columns to show and their widths; undefined when they cannot be made to fit. */
function fitColumns<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  available: number,
  measure: Measure,
): { readonly used: readonly Column<Row>[]; readonly widths: readonly number[] } | undefined {
  for (let used = columns; ; ) {
    const widths = used.map((column) => Math.max(column.title.length, ...rows.map((row) => measure(column.text(row)))));
    if (shrink(widths, used, available)) return { used, widths };
    const dropped = used.findLastIndex((column) => column.optional);
    if (dropped === -1) return undefined;
    used = used.filter((_, i) => i !== dropped);
  }
}

/** Takes from the widest columns that may shrink until all fit; false when they cannot. */
function shrink<Row>(widths: number[], columns: readonly Column<Row>[], available: number): boolean {
  for (;;) {
    const total = widths.reduce((sum, width) => sum + width + GAP, -GAP);
    if (total <= available) return true;
    const candidates = widths.map((width, i) => {
      const least = Math.max(columns[i]?.shrinkTo ?? width, columns[i]?.title.length ?? 0);
      return width > least ? width : 0;
    });
    const widest = candidates.indexOf(Math.max(...candidates));
    if ((candidates[widest] ?? 0) === 0) return false;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function renderBlocks<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  dim: (text: string) => string,
): string {
  const titleWidth = Math.max(0, ...columns.map(({ title }) => title.length));
  const blocks = rows.map((row) =>
    columns
      .filter((column) => column.text(row) !== '')
      .map((column) => {
        const text = column.text(row);
        return `${dim(column.title.padEnd(titleWidth))}  ${column.paint?.(text, row) ?? text}\n`;
      })
      .join(''),
  );
  return blocks.join('\n');
}

function pad(text: string, width: number, align: 'left' | 'right' | undefined, measure: Measure): string {
  const fill = ' '.repeat(Math.max(0, width - measure(text)));
  return align === 'right' ? fill + text : text + fill;
}

function cut(text: string, width: number, measure: Measure, at: 'start' | 'end' = 'end'): string {
  if (measure(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && measure(characters.join('')) > width - 1) {
    if (at === 'start') characters.shift();
    else characters.pop();
  }
  return at === 'start' ? `…${characters.join('')}` : `${characters.join('')}…`;
}
