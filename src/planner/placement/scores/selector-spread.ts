import { matchesSelector } from '../../../model/kubernetes/selector.ts';
import { selectorKeys, workloadKey } from '../key-index.ts';
import { perClass } from '../per-class.ts';
import type { ReplicaClass } from '../replica-class.ts';
import { EACH_HOST, ZONE } from '../topology.ts';
import { MAX_SCORE, type Score } from './score.ts';

const ZONE_WEIGHT = 2 / 3;

/** Replicas that count as the same for spreading: by workload, or by the selectors of Services and owners. */
function isPeer(cls: ReplicaClass, other: ReplicaClass): boolean {
  if (other.namespace !== cls.namespace || other.demand.terminating) return false;
  if (cls.peerSelectors.length === 0) return other.workload !== '' && cls.peers.has(other.workload);
  return cls.peerSelectors.every((selector) => matchesSelector(selector, other.demand.labels));
}

const counters = perClass((cls, state) => {
  const [first] = cls.peerSelectors;
  const keys = first ? selectorKeys(first) : [...cls.peers].map(workloadKey);
  const peers = { matches: (other: ReplicaClass) => isPeer(cls, other), keys };
  return {
    onHost: state.counter(`peers ${cls.id}`, EACH_HOST, peers),
    inZone: state.counter(`zone peers ${cls.id}`, ZONE, peers),
  };
});

/**
 * Fewer replicas of the same kind on the host and, twice as much, in its zone. A class with topology spread of its own
 * has said what it wants.
 *
 * @see kube-scheduler SelectorSpread
 */
export const spreadPeers: Score = {
  name: 'selector-spread',
  weight: 1,
  applies: (cls) => cls.spread.length === 0,
  scope: (cls, state) => Object.values(counters(cls, state)),
  rate: (cls, hosts, state, out) => {
    if (cls.spread.length > 0) {
      out.fill(0);
      return;
    }
    const { onHost, inZone } = counters(cls, state);
    let most = 0;
    let mostInZone = 0;
    for (const { index } of hosts) {
      most = Math.max(most, onHost.at(index) ?? 0);
      mostInZone = Math.max(mostInZone, inZone.at(index) ?? 0);
    }
    for (let i = 0; i < hosts.length; i++) {
      const index = hosts[i]?.index ?? -1;
      const zone = inZone.at(index);
      const byHost = share(most, onHost.at(index) ?? 0);
      const byZone = share(mostInZone, zone ?? 0);
      out[i] = Math.trunc(zone === undefined ? byHost : byHost * (1 - ZONE_WEIGHT) + ZONE_WEIGHT * byZone);
    }
  },
};

function share(most: number, count: number): number {
  return most > 0 ? (MAX_SCORE * (most - count)) / most : MAX_SCORE;
}
