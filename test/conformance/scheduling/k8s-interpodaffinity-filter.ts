import { affinityCounters, podAffinity } from '../../../src/planner/placement/filters/pod-affinity.ts';
import { matchCounter, podAntiAffinity } from '../../../src/planner/placement/filters/pod-anti-affinity.ts';
import { termMatcher, termNamespaces } from '../../../src/planner/placement/selectors.ts';
import { buildTopology, type DomainCounter } from '../../../src/planner/placement/topology.ts';
import type { Kind } from './case.ts';
import { clusterOf, hasInvalidTerm, podTerm } from './kubernetes.ts';
import { verdicts } from './verdicts.ts';

/** `key=value → count` of counters that may share keys. */
function pairs(counters: readonly DomainCounter[], isSum: boolean): Record<string, number> {
  const found: Record<string, number> = {};
  for (const counter of counters) {
    for (const [value, count] of counter.entries()) {
      const pair = `${counter.topology.key}=${value}`;
      if (count > 0) found[pair] = (isSum ? (found[pair] ?? 0) : 0) + count;
    }
  }
  return found;
}

export const kinds: Record<string, Kind> = {
  filter: (input) => {
    const cluster = clusterOf(input);
    if (hasInvalidTerm(cluster.cls.demand.rules)) return { error: true };
    return { nodes: verdicts([podAffinity, podAntiAffinity], cluster) };
  },
  'topology-counts': (input) => {
    const { cls, state } = clusterOf(input);
    const avoided = cls.antiAffinity.required.map((term) => matchCounter(term, state));
    return { affinity: pairs(affinityCounters(cls, state), true), antiAffinity: pairs(avoided, true) };
  },
  'term-namespaces': ({ podNamespace, term }) => ({ namespaces: termNamespaces(podTerm(term), podNamespace) }),
  'term-matches-pod': ({ namespaces, labelSelector, pod }) => ({
    match: termMatcher(podTerm({ namespaces, labelSelector, topologyKey: '' }), '')(pod),
  }),
  'same-topology': ({ a, b, topologyKey }) => {
    const { domainOf } = buildTopology(
      topologyKey,
      [a, b].map((node) => (topologyKey === '' ? undefined : node?.labels?.[topologyKey])),
    );
    return { same: domainOf[0] === domainOf[1] && (domainOf[0] ?? -1) >= 0 };
  },
};
