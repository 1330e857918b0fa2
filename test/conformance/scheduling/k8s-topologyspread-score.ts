import { softSpread, spreadTopology, spreadWeight } from '../../../src/planner/placement/scores/topology-spread.ts';
import type { Json, Kind } from './case.ts';
import { clusterOf } from './kubernetes.ts';
import { scores } from './verdicts.ts';

export const kinds: Record<string, Kind> = {
  score: (input) => {
    const cluster = clusterOf({ ...input, nodes: [...input.nodes, ...(input.filteredOutNodes ?? [])] });
    const names = input.nodes.map(({ name }: Json) => name);
    return { scores: scores(spreadTopology, cluster, names) };
  },
  'normalizing-weights': (input) => {
    const { cls, state } = clusterOf(input);
    const soft = softSpread(cls, state);
    const keyed = state.hosts.filter(({ index }) => soft.every(({ counter }) => counter.at(index) !== undefined));
    return {
      ignoredNodes: state.hosts.filter((host) => !keyed.includes(host)).map(({ host }) => host.name),
      weights: soft.map(({ counter }) => Number(spreadWeight(counter, keyed).toFixed(12))),
    };
  },
};
