import type { Step } from '../../model/step.ts';

interface Edge {
  readonly to: number;
  readonly back: number;
  capacity: number;
}

const ENDLESS = Number.MAX_SAFE_INTEGER;

/**
 * The largest sum of weights over every state a run can be in: any set of steps that holds, with each step, all those
 * it waits for. Exact over all orders the steps allow, not only one of them.
 *
 * A maximum closure is a minimum cut: gains hang on the source, losses on the sink, and a step cannot be cut from what
 * it waits for (Picard 1976). The cut is found with Dinic's algorithm.
 *
 * @param weights by step id; absent is 0, positive is a gain
 * @returns at least 0, which is the state before the first step
 */
export function largestClosure(steps: readonly Step[], weights: ReadonlyMap<number, number>): number {
  const needed = ancestors(steps, weights);
  const index = new Map([...needed].map((id, i) => [id, i + 2]));
  const network = new Network(needed.size + 2);
  let gains = 0;
  for (const step of steps) {
    const node = index.get(step.id);
    if (node === undefined) continue;
    const weight = weights.get(step.id) ?? 0;
    if (weight > 0) {
      gains += weight;
      network.connect(0, node, weight);
    } else if (weight < 0) network.connect(node, 1, -weight);
    for (const before of step.after) network.connect(node, index.get(before) as number, ENDLESS);
  }
  return gains - network.largestFlow(0, 1);
}

/** Steps that gain something, and all they wait for; no other can be of use. */
function ancestors(steps: readonly Step[], weights: ReadonlyMap<number, number>): Set<number> {
  const byId = new Map(steps.map((s) => [s.id, s]));
  const found = new Set<number>();
  const todo = steps.filter((s) => (weights.get(s.id) ?? 0) > 0).map((s) => s.id);
  while (todo.length > 0) {
    const id = todo.pop() as number;
    if (found.has(id)) continue;
    found.add(id);
    todo.push(...(byId.get(id)?.after ?? []));
  }
  return found;
}

class Network {
  readonly #edges: Edge[][];

  constructor(nodes: number) {
    this.#edges = Array.from({ length: nodes }, () => []);
  }

  connect(from: number, to: number, capacity: number): void {
    const [out, into] = [this.#edges[from] as Edge[], this.#edges[to] as Edge[]];
    out.push({ to, back: into.length, capacity });
    into.push({ to: from, back: out.length - 1, capacity: 0 });
  }

  largestFlow(source: number, sink: number): number {
    let flow = 0;
    for (;;) {
      const levels = this.#levels(source);
      if (levels[sink] === -1) return flow;
      const next = this.#edges.map(() => 0);
      for (let sent = -1; sent !== 0; flow += sent) sent = this.#send(source, sink, levels, next);
    }
  }

  #levels(source: number): number[] {
    const levels = this.#edges.map(() => -1);
    levels[source] = 0;
    const queue = [source];
    for (const node of queue) {
      for (const { to, capacity } of this.#edges[node] as Edge[]) {
        if (capacity === 0 || levels[to] !== -1) continue;
        levels[to] = (levels[node] as number) + 1;
        queue.push(to);
      }
    }
    return levels;
  }

  /** One more way from source to sink, without recursion: chains of steps are long. Returns what it carries. */
  #send(source: number, sink: number, levels: readonly number[], next: number[]): number {
    const path: Edge[] = [];
    let node = source;
    while (node !== sink) {
      const edges = this.#edges[node] as Edge[];
      let edge = edges[next[node] as number];
      while (edge !== undefined && (edge.capacity === 0 || levels[edge.to] !== (levels[node] as number) + 1)) {
        next[node] = (next[node] as number) + 1;
        edge = edges[next[node] as number];
      }
      if (edge !== undefined) {
        path.push(edge);
        node = edge.to;
        continue;
      }
      if (node === source) return 0;
      const last = path.pop() as Edge;
      node = this.#reverse(last).to;
      next[node] = (next[node] as number) + 1;
    }
    const carried = Math.min(...path.map((edge) => edge.capacity));
    for (const edge of path) {
      if (edge.capacity !== ENDLESS) edge.capacity -= carried;
      const back = this.#reverse(edge);
      if (back.capacity !== ENDLESS) back.capacity += carried;
    }
    return carried;
  }

  #reverse(edge: Edge): Edge {
    return (this.#edges[edge.to] as Edge[])[edge.back] as Edge;
  }
}
