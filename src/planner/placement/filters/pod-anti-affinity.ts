import { perClass } from '../per-class.ts';
import type { CompiledTerm } from '../replica-class.ts';
import type { ClusterState } from '../state.ts';
import type { DomainCounter } from '../topology.ts';
import { countReason, type Filter } from './filter.ts';
import { inCountedDomain } from './pod-affinity.ts';

const ownCounters = perClass((cls, state): readonly DomainCounter[] =>
  cls.antiAffinity.required.map((term) => matchCounter(term, state)),
);

/** Placed replicas that one term speaks of. */
export function matchCounter(term: CompiledTerm, state: ClusterState): DomainCounter {
  return state.counter(`match ${term.signature}`, term.topologyKey, {
    matches: (other) => term.matches({ namespace: other.namespace, labels: other.demand.labels }),
    keys: term.keys,
  });
}

/**
 * Required pod anti-affinity, both ways: the replica's own terms, one by one, and the terms of those that are there.
 *
 * @see kube-scheduler InterPodAffinity
 */
export const podAntiAffinity: Filter = {
  name: 'pod-anti-affinity',
  dynamic: true,
  applies: () => true,
  counters: (cls, state) => [...ownCounters(cls, state), ...state.termsAgainst(cls).map(({ counter }) => counter)],
  check: ({ cls }, host, state) => {
    const own = ownCounters(cls, state).find((counter) => inCountedDomain(counter, host));
    if (own) return { filter: 'pod-anti-affinity', reason: `sharing ${own.topology.key} with a pod it avoids` };
    const theirs = state
      .termsAgainst(cls)
      .find(
        ({ side, weight, counter }) =>
          side === 'anti-affinity' && weight === undefined && inCountedDomain(counter, host),
      );
    return (
      theirs && { filter: 'pod-anti-affinity', reason: `sharing ${theirs.term.topologyKey} with a pod that avoids it` }
    );
  },
  explain: countReason,
};
