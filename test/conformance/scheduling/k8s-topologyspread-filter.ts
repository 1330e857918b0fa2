import { spreadCounters, topologySpread } from '../../../src/planner/placement/filters/topology-spread.ts';
import type { Kind } from './case.ts';
import { clusterOf } from './kubernetes.ts';
import { verdicts } from './verdicts.ts';

export const kinds: Record<string, Kind> = {
  filter: (input) => ({ nodes: verdicts([topologySpread], clusterOf(input)) }),
  'domain-counts': (input, expect) => {
    const { cls, state } = clusterOf(input);
    const counters = spreadCounters(cls, 'DoNotSchedule', state).map(({ counter }) => counter);
    return {
      domainCounts: Object.fromEntries(counters.map((one) => [one.topology.key, Object.fromEntries(one.entries())])),
      minMatch: Object.fromEntries(counters.map((one) => [one.topology.key, one.least ?? null])),
      ...(expect.nodes ? { nodes: verdicts([topologySpread], { cls, state }) } : {}),
    };
  },
};
