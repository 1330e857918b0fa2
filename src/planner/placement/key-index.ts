import type { Selector } from '../../model/kubernetes/selector.ts';

/**
 * Items that concern only those who have certain keys (`w:workload`, `l:label=value`), so that with thousands of
 * selectors nobody is held against all of them. Items without keys concern everybody. Items are only ever added.
 */
export class KeyIndex<T> {
  readonly #lists = new Map<string, T[]>();

  add(item: T, keys: readonly string[] | undefined): void {
    for (const key of keys ?? ['']) this.list(key).push(item);
  }

  list(key: string): T[] {
    let list = this.#lists.get(key);
    if (!list) {
      list = [];
      this.#lists.set(key, list);
    }
    return list;
  }
}

/** The items of an index that match one asker: each item is looked at once, when it is new. */
export class Matching<T> {
  readonly #sources: { readonly list: readonly T[]; seen: number }[];
  readonly #matches: (item: T) => boolean;
  readonly #found: T[] = [];

  constructor(index: KeyIndex<T>, keys: readonly string[], matches: (item: T) => boolean) {
    this.#sources = ['', ...keys].map((key) => ({ list: index.list(key), seen: 0 }));
    this.#matches = matches;
  }

  current(): readonly T[] {
    for (const source of this.#sources) {
      for (; source.seen < source.list.length; source.seen++) {
        const item = source.list[source.seen] as T;
        if (this.#matches(item)) this.#found.push(item);
      }
    }
    return this.#found;
  }
}

export function workloadKey(workload: string): string {
  return `w:${workload}`;
}

export function labelKeys(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([key, value]) => `l:${key}=${value}`);
}

/** Keys of which every pod that the selector matches has one; undefined when it names no value of any label. */
export function selectorKeys(selector: Selector): readonly string[] | undefined {
  if (selector === 'nothing') return [];
  const naming = selector.find(({ operator }) => operator === '=' || operator === '==' || operator === 'in');
  return naming?.values.map((value) => `l:${naming.key}=${value}`);
}
