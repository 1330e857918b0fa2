import { matchesSelector } from '../../../model/kubernetes/selector.ts';
import { selectorKeys } from '../key-index.ts';
import { perClass } from '../per-class.ts';
import type { CompiledSpread, ReplicaClass } from '../replica-class.ts';
import type { ClusterState } from '../state.ts';
import type { DomainCounter } from '../topology.ts';
import { countReason, type Filter } from './filter.ts';
import { matchesNodeAffinity } from './node-affinity.ts';

/**
 * The counters of a class's constraints of one severity: replicas of its namespace that the selector matches and that
 * are not terminating, on hosts that satisfy its node affinity and have the keys of all these constraints.
 */
export function spreadCounters(
  cls: ReplicaClass,
  severity: 'DoNotSchedule' | 'ScheduleAnyway',
  state: ClusterState,
): { readonly spread: CompiledSpread; readonly counter: DomainCounter }[] {
  const constraints = cls.spread.filter(({ rule }) => rule.whenUnsatisfiable === severity);
  let eligible: Uint8Array | undefined;
  return constraints.map((spread, position) => {
    const matches = (other: ReplicaClass) =>
      other.namespace === cls.namespace &&
      !other.demand.terminating &&
      matchesSelector(spread.selector, other.demand.labels);
    eligible ??= eligibleHosts(cls, constraints, state);
    const key = `spread ${severity} ${cls.id} ${position}`;
    const keys = selectorKeys(spread.selector);
    return { spread, counter: state.counter(key, spread.rule.topologyKey, { matches, keys, eligible }) };
  });
}

/**
 * Hard topology spread: with this replica, no domain may exceed the least filled one by more than `maxSkew`. Fewer
 * domains than `minDomains` count as if there were an empty one.
 *
 * @see kube-scheduler PodTopologySpread
 */
export const topologySpread: Filter = {
  name: 'topology-spread',
  dynamic: true,
  applies: (cls) => cls.spread.some(({ rule }) => rule.whenUnsatisfiable === 'DoNotSchedule'),
  counters: (cls, state) => hardCounters(cls, state).map(({ counter }) => counter),
  check: ({ cls, staying }, { index }, state) => {
    if (staying) return undefined;
    for (const { spread, counter } of hardCounters(cls, state)) {
      const { topologyKey, maxSkew, minDomains } = spread.rule;
      const count = counter.at(index);
      if (count === undefined) return { filter: 'topology-spread', reason: `without label ${topologyKey}` };
      const least = counter.domains < (minDomains ?? 1) && counter.domains > 0 ? 0 : counter.least;
      const self = matchesSelector(spread.selector, cls.demand.labels) ? 1 : 0;
      if (least !== undefined && count + self - least > maxSkew) {
        const detail = `${count} there, ${least} in the least filled`;
        return { filter: 'topology-spread', reason: `over a skew of ${maxSkew} across ${topologyKey}`, detail };
      }
    }
    return undefined;
  },
  explain: countReason,
};

const hardCounters = perClass((cls, state) => spreadCounters(cls, 'DoNotSchedule', state));

function eligibleHosts(cls: ReplicaClass, constraints: readonly CompiledSpread[], state: ClusterState): Uint8Array {
  return Uint8Array.from(state.hosts, ({ host }) => {
    const hasKeys = constraints.every(({ rule }) => host.labels[rule.topologyKey] !== undefined);
    return hasKeys && matchesNodeAffinity(cls.demand.rules, host) ? 1 : 0;
  });
}
