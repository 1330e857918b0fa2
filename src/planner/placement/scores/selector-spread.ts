import { matchesSelector } from '../../../model/kubernetes/selector.ts';
import { perClass } from '../per-class.ts';
import type { ReplicaClass } from '../replica-class.ts';
import { EACH_HOST } from '../state.ts';
import { MAX_SCORE, type Score } from './score.ts';

const ZONE_WEIGHT = 2 / 3;
const ZONE_KEYS = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];
const REGION_KEYS = ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'];

/** Replicas that count as the same for spreading: by workload, or by the selectors of Services and owners. */
function isPeer(cls: ReplicaClass, other: ReplicaClass): boolean {
  if (other.namespace !== cls.namespace || other.demand.terminating) return false;
  if (cls.peerSelectors.length === 0) return other.workload !== '' && cls.peers.has(other.workload);
  return cls.peerSelectors.every((selector) => matchesSelector(selector, other.demand.labels));
}

const peers = perClass((cls, state) => state.counter(`peers ${cls.id}`, EACH_HOST, (other) => isPeer(cls, other)));

const zones = perClass((_cls, state) =>
  state.hosts.map(({ host: { labels } }) => {
    const region = REGION_KEYS.map((key) => labels[key]).find(Boolean) ?? '';
    const zone = ZONE_KEYS.map((key) => labels[key]).find(Boolean) ?? '';
    return region === '' && zone === '' ? '' : `${region}:${zone}`;
  }),
);

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
  rate: (cls, hosts, state, out) => {
    if (cls.spread.length > 0) {
      out.fill(0);
      return;
    }
    const { counts } = peers(cls, state);
    const zoneOf = zones(cls, state);
    const inZone = new Map<string, number>();
    let most = 0;
    for (const { index } of hosts) {
      const zone = zoneOf[index] ?? '';
      const count = counts[index] ?? 0;
      most = Math.max(most, count);
      if (zone !== '') inZone.set(zone, (inZone.get(zone) ?? 0) + count);
    }
    const mostInZone = Math.max(0, ...inZone.values());
    hosts.forEach(({ index }, i) => {
      const zone = zoneOf[index] ?? '';
      const byHost = share(most, counts[index] ?? 0);
      const byZone = share(mostInZone, inZone.get(zone) ?? 0);
      out[i] = Math.trunc(zone === '' ? byHost : byHost * (1 - ZONE_WEIGHT) + ZONE_WEIGHT * byZone);
    });
  },
};

function share(most: number, count: number): number {
  return most > 0 ? (MAX_SCORE * (most - count)) / most : MAX_SCORE;
}
