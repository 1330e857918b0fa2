import { perClass } from '../per-class.ts';
import type { CompiledTerm, ReplicaClass } from '../replica-class.ts';
import type { HostState } from '../state.ts';
import type { DomainCounter } from '../topology.ts';
import { countReason, type Filter } from './filter.ts';

/** Placed replicas that match every required term at once, counted by the domains of each term. */
export const affinityCounters = perClass((cls, state): readonly DomainCounter[] => {
  const terms = cls.affinity.required;
  const signature = terms.map((term) => term.signature).join();
  return terms.map(({ topologyKey }) =>
    state.counter(`affinity ${topologyKey} ${signature}`, topologyKey, {
      matches: (other) => matchesAll(terms, other),
      keys: terms.map(({ keys }) => keys).find((keys) => keys !== undefined),
    }),
  );
});

/**
 * Required pod affinity: one replica that matches all terms must stand in the same domain, for every term's key. The
 * first of a group that matches itself may go wherever the keys exist.
 *
 * @see kube-scheduler InterPodAffinity
 */
export const podAffinity: Filter = {
  name: 'pod-affinity',
  dynamic: true,
  applies: (cls) => cls.affinity.required.length > 0,
  counters: affinityCounters,
  check: ({ cls }, host, state) => {
    const terms = cls.affinity.required;
    const counters = affinityCounters(cls, state);
    const keyless = counters.find((counter) => counter.at(host.index) === undefined);
    if (keyless) return { filter: 'pod-affinity', reason: `without label ${keyless.topology.key}` };
    if (counters.every((counter) => (counter.at(host.index) ?? 0) > 0)) return undefined;
    const isFirst = counters.every((counter) => counter.total === 0) && matchesAll(terms, cls);
    return isFirst ? undefined : { filter: 'pod-affinity', reason: 'away from the pods of its pod affinity' };
  },
  explain: countReason,
};

function matchesAll(terms: readonly CompiledTerm[], other: ReplicaClass): boolean {
  const pod = { namespace: other.namespace, labels: other.demand.labels };
  return terms.every((term) => term.matches(pod));
}

/** Is the host's domain, for the term's key, one where something was counted? */
export function inCountedDomain(counter: DomainCounter, host: HostState): boolean {
  return (counter.at(host.index) ?? 0) > 0;
}
