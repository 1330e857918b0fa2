import { spreadCounters } from '../filters/topology-spread.ts';
import { perClass } from '../per-class.ts';
import type { HostState } from '../state.ts';
import type { DomainCounter } from '../topology.ts';
import { MAX_SCORE, type Score } from './score.ts';

const HOSTNAME = 'kubernetes.io/hostname';

export const softSpread = perClass((cls, state) => spreadCounters(cls, 'ScheduleAnyway', state));

/** What one constraint's count weighs: more with more domains, so that few large ones do not drown many small ones. */
export function spreadWeight(counter: DomainCounter, hosts: readonly HostState[]): number {
  const seen = new Uint8Array(counter.counts.length);
  let domains = 0;
  let keyed = 0;
  for (const { index } of hosts) {
    const domain = counter.topology.domainOf[index] ?? -1;
    if (domain < 0) continue;
    keyed++;
    if (seen[domain] === 0) domains++;
    seen[domain] = 1;
  }
  return Math.log((counter.topology.key === HOSTNAME ? keyed : domains) + 2);
}

const WEIGHTS = new WeakMap<readonly HostState[], WeakMap<object, readonly number[]>>();

/** The weights of all constraints over the hosts that have all keys; found once per list of hosts. */
function weightsOver(
  hosts: readonly HostState[],
  soft: ReturnType<typeof softSpread>,
  hasKeys: (host: HostState) => boolean,
): readonly number[] {
  const known = WEIGHTS.get(hosts) ?? new WeakMap<object, readonly number[]>();
  WEIGHTS.set(hosts, known);
  const rated = known.has(soft) ? [] : hosts.filter(hasKeys);
  const weights = known.get(soft) ?? soft.map(({ counter }) => spreadWeight(counter, rated));
  known.set(soft, weights);
  return weights;
}

/**
 * Soft topology spread. Hosts without one of the keys get 0.
 *
 * @see kube-scheduler PodTopologySpread
 */
export const spreadTopology: Score = {
  name: 'topology-spread',
  weight: 2,
  applies: (cls) => cls.spread.some(({ rule }) => rule.whenUnsatisfiable === 'ScheduleAnyway'),
  scope: (cls, state) => softSpread(cls, state).map(({ counter }) => counter),
  rate: (cls, hosts, state, out, all = hosts) => {
    const soft = softSpread(cls, state);
    const hasKeys = ({ index }: HostState) => soft.every(({ counter }) => counter.at(index) !== undefined);
    const keyed = hosts.map(hasKeys);
    const weights = weightsOver(all, soft, hasKeys);
    let least = Number.POSITIVE_INFINITY;
    let greatest = 0;
    for (let i = 0; i < hosts.length; i++) {
      if (!keyed[i]) continue;
      let sum = 0;
      for (let c = 0; c < soft.length; c++) {
        const { counter, spread } = soft[c] as (typeof soft)[number];
        sum += (counter.at(hosts[i]?.index ?? -1) ?? 0) * (weights[c] ?? 0) + spread.rule.maxSkew - 1;
      }
      out[i] = Math.trunc(sum);
      least = Math.min(least, out[i] ?? 0);
      greatest = Math.max(greatest, out[i] ?? 0);
    }
    for (let i = 0; i < hosts.length; i++) {
      if (!keyed[i]) out[i] = 0;
      else if (greatest === 0) out[i] = MAX_SCORE;
      else out[i] = Math.trunc((MAX_SCORE * (greatest + least - (out[i] ?? 0))) / greatest);
    }
  },
};
