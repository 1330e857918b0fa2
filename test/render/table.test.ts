import { describe, expect, it } from 'vitest';
import { renderTable } from '../../src/render/table.ts';
import { PLAIN, terminalOf } from '../../src/render/terminal.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly labels: string;
}

const COLUMNS = [
  { title: 'NAME', text: (row: Row) => row.name },
  { title: 'COUNT', text: (row: Row) => String(row.count), align: 'right' as const },
  { title: 'LABELS', text: (row: Row) => row.labels, shrinkTo: 8 },
];
const ROWS = [
  { name: 'web-1', count: 7, labels: 'zone=a disk=ssd rack=12' },
  { name: 'database', count: 1200, labels: '' },
];
const render = (width: number, rows: readonly Row[] = ROWS) =>
  renderTable(rows, COLUMNS, { isTerminal: true, width, style: PLAIN });

describe('a table', () => {
  it('aligns its columns', async () => {
    expect(await render(Number.POSITIVE_INFINITY)).toBe(
      'NAME      COUNT  LABELS\nweb-1         7  zone=a disk=ssd rack=12\ndatabase   1200\n',
    );
  });

  it('cuts what may be cut on a narrow terminal', async () => {
    const text = await render(28);
    expect(text).toBe('NAME      COUNT  LABELS\nweb-1         7  zone=a dis…\ndatabase   1200\n');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(28);
  });

  it('leaves out what is optional when cutting is not enough', async () => {
    const columns = COLUMNS.map((column) => (column.title === 'COUNT' ? { ...column, optional: true } : column));
    expect(await renderTable(ROWS, columns, { isTerminal: true, width: 20, style: PLAIN })).toBe(
      'NAME      LABELS\nweb-1     zone=a di…\ndatabase\n',
    );
  });

  it('becomes blocks when that is not enough', async () => {
    expect(await render(18)).toBe(
      'NAME    web-1\nCOUNT   7\nLABELS  zone=a disk=ssd rack=12\n\nNAME    database\nCOUNT   1200\n',
    );
  });

  it('leaves out a column that is empty in every row', async () => {
    expect(await render(80, [{ name: 'a', count: 1, labels: '' }])).toBe('NAME  COUNT\na         1\n');
  });

  it('colours a cell after it is padded', async () => {
    const { style } = await terminalOf({ isTTY: true, columns: 80 }, true);
    const columns = [
      { title: 'A', text: (row: string) => row, paint: style.bold },
      { title: 'B', text: () => 'x' },
    ];
    expect(await renderTable(['ab', 'c'], columns, { isTerminal: true, width: 80, style })).toBe(
      '\u001b[2mA \u001b[22m  \u001b[2mB\u001b[22m\n\u001b[1mab\u001b[22m  x\n\u001b[1mc \u001b[22m  x\n',
    );
  });

  it('knows that some characters are two columns wide', async () => {
    const text = await render(80, [
      { name: '船', count: 1, labels: 'x' },
      { name: 'abcd', count: 2, labels: 'y' },
    ]);
    expect(text).toBe('NAME  COUNT  LABELS\n船        1  x\nabcd      2  y\n');
  });
});
