/**
 * Orders nodes so that each comes after what it depends on; ties in the order given (Kahn's algorithm).
 *
 * @param dependencies names outside `nodes` are ignored
 * @returns the order, or the nodes of one cycle in walking order
 */
export function topologicalOrder(
  nodes: readonly string[],
  dependencies: (node: string) => readonly string[],
): { readonly order: string[] } | { readonly cycle: string[] } {
  const known = new Set(nodes);
  const waiting = new Map(nodes.map((n) => [n, new Set(dependencies(n).filter((d) => known.has(d) && d !== n))]));
  const order: string[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, deps]) => deps.size === 0).map(([n]) => n);
    if (ready.length === 0) return { cycle: findCycle(waiting) };
    for (const node of ready) {
      order.push(node);
      waiting.delete(node);
    }
    for (const deps of waiting.values()) for (const node of ready) deps.delete(node);
  }
  return { order };
}

function findCycle(waiting: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const path: string[] = [];
  let node = [...waiting.keys()].sort()[0] as string;
  while (!path.includes(node)) {
    path.push(node);
    node = [...(waiting.get(node) ?? [])].sort()[0] as string;
  }
  return path.slice(path.indexOf(node));
}
