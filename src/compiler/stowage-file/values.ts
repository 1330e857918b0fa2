import type { Node } from '../source/tree.ts';

/** Text of a scalar as written: `1.10` stays `1.10`. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined;
}

export function booleanOf(node: Node | undefined): boolean | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined;
}

export function numberOf(node: Node | undefined): number | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
}

/** One text or a list of them. */
export function textsOf(node: Node | undefined): readonly string[] | undefined {
  if (node?.kind === 'sequence') return node.items.map((item) => textOf(item) ?? '');
  const text = textOf(node);
  return text === undefined ? undefined : [text];
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 };

/** Bytes of `512m`, `4g`, `1.5gb`, `2GiB` or a plain number; units are 1024-based. */
export function bytesOf(node: Node | undefined): number | undefined {
  const match = /^([0-9.]+) ?([kmgtp]?)i?b?$/i.exec(textOf(node) ?? '');
  return match ? Math.round(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1)) : undefined;
}
