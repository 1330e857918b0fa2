import { diffArrays } from 'diff';
import type { Difference } from '../../model/change.ts';
import { maskSecrets, maskWords } from '../../model/secret-text.ts';

const LONG = 60;
/** Unchanged lines shown on either side of a changed one. */
const CONTEXT = 2;

/** A value of a difference in one line: environment values quoted, secrets as the beginning of their digest. */
export function shortValue(raw: unknown): string {
  if (raw === undefined) return '(not set)';
  if (isEntry(raw, 'value')) return maskSecrets(JSON.stringify(raw.value));
  if (isEntry(raw, 'digest')) return `(secret ${shortDigest(String(raw.digest))})`;
  if (isFile(raw)) return `${raw.target} (${raw.secret ? 'secret' : 'config'} ${shortDigest(raw.digest)})`;
  if (typeof raw !== 'string') return maskSecrets(JSON.stringify(raw));
  return /^sha256:[0-9a-f]{64}$/.test(raw) ? `${raw.slice(0, 19)}…` : maskSecrets(raw);
}

function shortDigest(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 8);
}

function isEntry<K extends string>(raw: unknown, key: K): raw is Record<K, unknown> {
  return typeof raw === 'object' && raw !== null && Object.keys(raw).length === 1 && key in raw;
}

function isFile(raw: unknown): raw is { target: string; digest: string; secret: boolean } {
  return typeof raw === 'object' && raw !== null && 'target' in raw && 'digest' in raw && 'secret' in raw;
}

export interface DifferenceLine {
  /** `@` stands where lines that did not change are left out. */
  readonly sign: ' ' | '-' | '+' | '=' | '@';
  readonly text: string;
}

/**
 * A difference as lines: `from → to` where both are short, the entries that went and came for lists and maps, and
 * the changed lines, with what stands around them, for texts of several lines.
 */
export function differenceLines({ from, to }: Pick<Difference, 'from' | 'to'>): DifferenceLine[] {
  if (isList(from) && isList(to)) return listLines(from ?? [], to ?? []);
  if (isMap(from) && isMap(to)) return listLines(entriesOf(from), entriesOf(to));
  const texts = [textOf(from), textOf(to)] as const;
  if (texts.some((text) => text?.includes('\n'))) return textLines(linesOf(texts[0]), linesOf(texts[1]));
  const [before, after] = [shortValue(from), shortValue(to)];
  if (before.length + after.length <= LONG) return [{ sign: ' ', text: `${before} → ${after}` }];
  return [
    ...(from === undefined ? [] : [{ sign: '-' as const, text: before }]),
    ...(to === undefined ? [] : [{ sign: '+' as const, text: after }]),
  ];
}

function isList(value: unknown): value is readonly unknown[] | undefined {
  return value === undefined || Array.isArray(value);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isEntry(value, 'value') && !isEntry(value, 'digest');
}

function entriesOf(map: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(map).map((key) => `${key}: ${shortValue(map[key])}`);
}

/** The text of a value, when it is one; undefined for what is not set or no text. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isEntry(value, 'value') && typeof value.value === 'string' ? value.value : undefined;
}

function linesOf(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : text.replace(/\n$/, '').split('\n').map(maskSecrets);
}

function listLines(from: readonly unknown[], to: readonly unknown[]): DifferenceLine[] {
  const gone = missingIn(to, from).map((text) => ({ sign: '-' as const, text }));
  const come = missingIn(from, to).map((text) => ({ sign: '+' as const, text }));
  if (gone.length + come.length > 0) return [...gone, ...come];
  const [before, after] = [from, to].map((items) => maskWords(items.map(shortValue)).join(' '));
  return [{ sign: ' ', text: `${before} → ${after}` }];
}

/** The items that another list does not have, as they are shown. */
function missingIn(other: readonly unknown[], items: readonly unknown[]): string[] {
  const known = new Set(other.map((item) => JSON.stringify(item)));
  return maskWords(items.map(shortValue)).filter((_, i) => !known.has(JSON.stringify(items[i])));
}

/** The lines that went and came, in place, with a little of what stays around them. */
export function textLines(from: readonly string[], to: readonly string[]): DifferenceLine[] {
  const parts = diffArrays([...from], [...to]);
  return parts.flatMap((part, i): DifferenceLine[] => {
    if (part.added || part.removed) return part.value.map((text) => ({ sign: part.added ? '+' : '-', text }));
    const [head, tail] = [i === 0 ? 0 : CONTEXT, i === parts.length - 1 ? 0 : CONTEXT];
    const lines = part.value.map((text) => ({ sign: '=' as const, text }));
    if (lines.length <= head + tail + 1) return lines;
    const left = lines.length - head - tail;
    const gap = { sign: '@' as const, text: `${left} lines as they were` };
    return [...lines.slice(0, head), gap, ...lines.slice(lines.length - tail)];
  });
}
