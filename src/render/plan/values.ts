import type { Difference } from '../../model/change.ts';

const LONG = 60;

/** A value of a difference in one line: environment values quoted, secrets as the beginning of their digest. */
export function shortValue(raw: unknown): string {
  if (raw === undefined) return '(not set)';
  if (isEntry(raw, 'value')) return JSON.stringify(raw.value);
  if (isEntry(raw, 'digest')) return `(secret ${String(raw.digest).replace('sha256:', '').slice(0, 8)})`;
  if (typeof raw !== 'string') return JSON.stringify(raw);
  return /^sha256:[0-9a-f]{64}$/.test(raw) ? `${raw.slice(0, 19)}…` : raw;
}

function isEntry<K extends string>(raw: unknown, key: K): raw is Record<K, unknown> {
  return typeof raw === 'object' && raw !== null && Object.keys(raw).length === 1 && key in raw;
}

export interface DifferenceLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * A difference as lines: `from → to` where both are short, the entries that went and came for lists and maps, and
 * the changed lines for texts of several lines.
 */
export function differenceLines({ from, to }: Pick<Difference, 'from' | 'to'>): DifferenceLine[] {
  const [before, after] = [shortValue(from), shortValue(to)];
  if (Array.isArray(from) && Array.isArray(to)) return listLines(from, to);
  if (typeof from === 'string' && typeof to === 'string' && `${from}${to}`.includes('\n')) {
    return textLines(from.split('\n'), to.split('\n'));
  }
  if (before.length + after.length <= LONG || from === undefined || to === undefined) {
    return [{ sign: ' ', text: `${before} → ${after}` }];
  }
  return [
    { sign: '-', text: before },
    { sign: '+', text: after },
  ];
}

function listLines(from: readonly unknown[], to: readonly unknown[]): DifferenceLine[] {
  const [before, after] = [from.map(shortValue), to.map(shortValue)];
  const gone = before.filter((item) => !after.includes(item));
  const come = after.filter((item) => !before.includes(item));
  if (gone.length + come.length === 0) return [{ sign: ' ', text: `${before.join(' ')} → ${after.join(' ')}` }];
  return [...gone.map((text) => ({ sign: '-' as const, text })), ...come.map((text) => ({ sign: '+' as const, text }))];
}

/** Common beginning and end left out; what is between them line by line. */
function textLines(from: readonly string[], to: readonly string[]): DifferenceLine[] {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
  let end = 0;
  while (end < from.length - start && end < to.length - start && from.at(-1 - end) === to.at(-1 - end)) end += 1;
  const gone = from.slice(start, from.length - end);
  const come = to.slice(start, to.length - end);
  return [...gone.map((text) => ({ sign: '-' as const, text })), ...come.map((text) => ({ sign: '+' as const, text }))];
}
