/** One line of a case file. The shapes of `input` and `expect` depend on file and kind. */
export interface Case {
  readonly id: string;
  readonly kind: string;
  readonly set: string;
  readonly tags?: readonly string[];
  readonly input: Json;
  readonly expect: Json;
}

// biome-ignore lint/suspicious/noExplicitAny: case files are plain JSON, read as it comes
export type Json = any;

/** Gives the answer in the words of `expect`; `{ error: true }` for a refused input. */
export type Kind = (input: Json, expect: Json) => Json;

/** Words of an expectation that only explain it. */
const INFORMATIVE = new Set(['code', 'reasons', 'reason', 'counts']);

/**
 * Compares an answer with the expectation key by key.
 *
 * @returns what differs; undefined when nothing does
 */
export function differs(expect: Json, actual: Json): string | undefined {
  if (expect.error !== undefined) return actual?.error ? undefined : `expected an error, got ${show(actual)}`;
  for (const key of Object.keys(expect)) {
    if (INFORMATIVE.has(key)) continue;
    if (!equal(expect[key], actual?.[key])) return `${key}: expected ${show(expect[key])}, got ${show(actual?.[key])}`;
  }
  return undefined;
}

export function equal(expected: Json, actual: Json): boolean {
  if (typeof expected === 'number' && typeof actual === 'number') return Math.abs(expected - actual) < 1e-9;
  if (expected === null || typeof expected !== 'object') return expected === actual;
  if (actual === null || typeof actual !== 'object' || Array.isArray(expected) !== Array.isArray(actual)) return false;
  const ignored = (key: string) => INFORMATIVE.has(key);
  const keys = Object.keys(expected).filter((key) => Array.isArray(expected) || !ignored(key));
  const others = Object.keys(actual).filter((key) => Array.isArray(actual) || !ignored(key));
  return keys.length === others.length && keys.every((key) => equal(expected[key], actual[key]));
}

function show(value: Json): string {
  return JSON.stringify(value) ?? 'nothing';
}
