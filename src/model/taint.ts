import type { TaintEffect } from './desired.ts';
import type { Taint } from './inventory.ts';
import { labelValue, qualifiedName } from './kubernetes/names.ts';

const EFFECTS: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Taints to put on a host, and those to take off; one to take off may leave the effect open. */
export interface TaintEdit {
  readonly add: readonly Taint[];
  readonly remove: readonly { readonly key: string; readonly effect?: TaintEffect }[];
}

/**
 * Reads `key=value:effect`, `key:effect` and, with a trailing `-`, what is to be removed.
 *
 * @returns undefined when a text is no taint or one is added twice
 * @see kubectl taint
 */
export function parseTaints(texts: readonly string[]): TaintEdit | undefined {
  const add: Taint[] = [];
  const remove: { key: string; effect?: TaintEffect }[] = [];
  for (const text of texts) {
    const removes = text.endsWith('-');
    const taint = parseTaint(removes ? text.slice(0, -1) : text);
    if (!taint) return undefined;
    const { key, value, effect } = taint;
    if (removes) remove.push(effect ? { key, effect } : { key });
    else if (!effect || add.some((other) => isSameTaint(other, { key, effect }))) return undefined;
    else add.push(value ? { key, value, effect } : { key, effect });
  }
  return { add, remove };
}

function parseTaint(text: string): { key: string; value: string; effect?: TaintEffect } | undefined {
  const [pair = '', effect, ...more] = text.split(':');
  const [key = '', value = '', ...rest] = pair.split('=');
  if (more.length > 0 || rest.length > 0) return undefined;
  if (effect === undefined && pair.includes('=')) return undefined;
  if (effect !== undefined && !EFFECTS.includes(effect)) return undefined;
  if (qualifiedName(key).length > 0 || labelValue(value).length > 0) return undefined;
  return effect === undefined ? { key, value } : { key, value, effect: effect as TaintEffect };
}

/** Taints with the same key and effect are one taint; the value does not matter. */
export function isSameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** `key=value:effect`, as kubectl shows it. */
export function taintText({ key, value, effect }: Partial<Taint>): string {
  return `${key ?? ''}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
}
