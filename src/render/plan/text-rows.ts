import type { Change, ChangeAction, Difference } from '../../model/change.ts';
import type { Style, Terminal } from '../terminal.ts';
import { wrap } from '../wrap.ts';
import { SYMBOL } from './summary.ts';
import { type DifferenceLine, differenceLines } from './values.ts';

export type Screen = Pick<Terminal, 'style'> & Partial<Pick<Terminal, 'width'>>;

/** Columns that a text beside others needs at least; with fewer it stands below them. */
const LEAST = 30;

/** Changes as aligned rows; replicas that change alike show their differences once, below the last of them. */
export function changeRows(changes: readonly Change[], screen: Screen): string[] {
  const widths = {
    resource: longest(changes.map((c) => c.resource)),
    host: longest(changes.map((c) => c.host ?? '')),
    action: longest(changes.map((c) => c.action)),
  };
  return changes.flatMap((change, i) => {
    const { resource, host = '', action } = change;
    const head = `  ${SYMBOL[action]} ${resource.padEnd(widths.resource)}  ${widths.host === 0 ? '' : `${host.padEnd(widths.host)}  `}${action.padEnd(widths.action)}`;
    const next = changes[i + 1];
    const isLastOfItsKind = next === undefined || !sameDifferences(change, next);
    const painted = paint(action, screen.style);
    const full = beside(head, change.cause, 6, screen, painted, screen.style.dim);
    const isRepeated = full.length > 1 && !isLastOfItsKind && next.cause === change.cause;
    const row = isRepeated ? [painted(head.trimEnd())] : full;
    return action === 'move' || !isLastOfItsKind ? row : [...row, ...differenceRows(change.differences, screen)];
  });
}

export function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

/** `head  text`, the text wrapped beside the head where there is room, and below it where there is not. */
export function beside(
  head: string,
  text: string,
  indent: number,
  { width = Number.POSITIVE_INFINITY }: Screen,
  paintHead: Style['red'],
  paintText: Style['red'],
): string[] {
  if (text === '') return [paintHead(head.trimEnd())];
  const room = width - head.length - 2;
  const widest = longest(text.split(/\s+/));
  if (room >= Math.max(widest, Math.min(text.length, LEAST))) {
    const lines = wrap(text, room);
    return lines.map((line, i) => `${i === 0 ? paintHead(head) : ' '.repeat(head.length)}  ${paintText(line)}`);
  }
  const below = wrap(text, width - indent).map((line) => ' '.repeat(indent) + paintText(line));
  return [paintHead(head.trimEnd()), ...below];
}

function sameDifferences(a: Change, b: Change): boolean {
  return a.action === b.action && JSON.stringify(a.differences) === JSON.stringify(b.differences);
}

function paint(action: ChangeAction, style: Style): Style['red'] {
  if (action === 'create' || action === 'adopt') return style.green;
  if (action === 'delete') return style.red;
  return action === 'no-op' ? style.dim : style.yellow;
}

const INDENT = 6;

/** Each attribute with its values beside it; long or many lines stand below its name. */
export function differenceRows(differences: readonly Difference[], screen: Screen): string[] {
  const { style, width = Number.POSITIVE_INFINITY } = screen;
  const column = Math.min(longest(differences.map((d) => d.path)), 28);
  return differences.flatMap((d) => {
    const lines = differenceLines(d);
    const notes = notesOf(d);
    const [first] = lines;
    const inOne = lines.length === 1 && first !== undefined;
    const size = INDENT + Math.max(column, d.path.length) + 2 + (first?.text.length ?? 0) + longest([notes.plain]) + 2;
    if (inOne && first.sign === ' ' && size <= width) {
      const note = notes.plain === '' ? '' : `  ${notes.shown(style)}`;
      return [`${' '.repeat(INDENT)}${d.path.padEnd(column)}  ${first.text}${note}`];
    }
    const name = `${' '.repeat(INDENT)}${d.path}${notes.plain === '' ? '' : `  ${notes.shown(style)}`}`;
    return [name, ...lines.flatMap((line) => valueRow(line, width, style))];
  });
}

function valueRow({ sign, text }: DifferenceLine, width: number, style: Style): string[] {
  const indent = INDENT + 4;
  const mark = sign === '=' || sign === '@' ? ' ' : sign;
  const shown = sign === '@' ? `… ${text}` : text;
  const color = sign === '-' ? style.red : sign === '+' ? style.green : sign === '@' ? style.dim : asIs;
  return chunks(shown, width - indent).map((part, i) =>
    color(`${' '.repeat(INDENT + 2)}${i === 0 ? mark : ' '} ${part}`),
  );
}

const asIs = (text: string): string => text;

/** A value is not prose: its spaces count, so it is cut where the line ends. */
function chunks(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const size = Math.max(width, 20);
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
}

function notesOf(d: Difference): { readonly plain: string; shown(style: Style): string } {
  const who = d.attribution === 'your change' ? '' : d.attribution;
  const force = d.forcesReplace ? 'needs a new one' : '';
  const parts = (style: Style) => [who && style.magenta(who), force && style.dim(force)].filter((part) => part !== '');
  const plain = [who, force].filter((part) => part !== '').join(', ');
  return { plain: plain === '' ? '' : `(${plain})`, shown: (style) => `(${parts(style).join(', ')})` };
}
