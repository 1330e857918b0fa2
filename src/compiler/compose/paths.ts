/** The name a list item has in a pattern. */
export const ITEM = '[]';

/** Patterns such as `services.*.ports` as a tree, so that a walk over a document follows them key by key. */
export interface PathTree<T> {
  readonly value?: T;
  readonly children: ReadonlyMap<string, PathTree<T>>;
}

interface Growing<T> {
  value?: T;
  children: Map<string, Growing<T>>;
}

/** Compiles a table from pattern to value; `*` stands for any key or item. */
export function pathTree<T>(patterns: Readonly<Record<string, T>>): PathTree<T> {
  const root: Growing<T> = { children: new Map() };
  for (const [pattern, value] of Object.entries(patterns)) {
    let at = root;
    for (const part of pattern.split('.')) {
      let next = at.children.get(part);
      if (!next) {
        next = { children: new Map() };
        at.children.set(part, next);
      }
      at = next;
    }
    at.value = value;
  }
  return root;
}

/** The subtree for a key, or undefined when no pattern goes on there. */
export function follow<T>(tree: PathTree<T> | undefined, key: string): PathTree<T> | undefined {
  return tree?.children.get(key) ?? tree?.children.get('*');
}

/** Field path as messages show it: `services.web.ports[0]`. */
export function fieldPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  return parent === '' ? key : `${parent}.${key}`;
}
