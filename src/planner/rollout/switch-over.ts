import { FULL_WEIGHT } from '../gateway/steps.ts';
import { type LiveReplica, liveOwner } from '../live-replicas.ts';
import type { DecidedReplica } from '../steps/context.ts';
import { causeOf } from './cause.ts';
import { emitChecks, goesThroughGateway } from './checks.ts';
import { bury, delayed, type Exchange, ownerOf, retire } from './exchange.ts';

const LARGEST_WEIGHT = 256;

/** Both sets of one host. */
export interface Sets {
  readonly fresh: readonly DecidedReplica[];
  readonly old: readonly LiveReplica[];
}

export function setsByHost(fresh: readonly DecidedReplica[], old: readonly LiveReplica[]): Map<string, Sets> {
  const hosts = [...new Set([...fresh.map((d) => d.replica.host), ...old.map((o) => o.host)])].sort();
  return new Map(
    hosts.map((host) => [
      host,
      { fresh: fresh.filter((d) => d.replica.host === host), old: old.filter((o) => o.host === host) },
    ]),
  );
}

/** Gives the new set its share of the requests on every host, in one step per host. */
export function share(
  x: Exchange,
  sets: ReadonlyMap<string, Sets>,
  percent: number,
  cause: string,
  after: readonly number[],
): readonly number[] {
  const { workload } = x.part;
  return [...sets].flatMap(([host, { fresh, old }]) => {
    const weights = shareWeights(percent, fresh.length, old.length);
    const servers = [
      ...fresh.flatMap((d) => x.gateway.servers(workload, containerOf(d), weights.fresh)),
      ...old.flatMap((o) => x.gateway.reweighed(o, weights.old)),
    ];
    return [...x.gateway.weigh(host, workload.id, servers, cause, after)];
  });
}

/** A replica of the new set may run already, from before a pause. */
function containerOf(decided: DecidedReplica): string {
  const { current } = decided.decision;
  return decided.decision.action === 'keep' && current !== undefined
    ? (current.containers.find((c) => c.name === ownerOf(decided))?.name ?? liveOwner(current))
    : ownerOf(decided);
}

/**
 * Weights by which `fresh` servers together get `percent` of the requests beside `old` ones; as large as can be, so
 * that rounding matters least. Either set alone gets all.
 */
export function shareWeights(percent: number, fresh: number, old: number): { fresh: number; old: number } {
  if (old === 0 || fresh === 0) return { fresh: FULL_WEIGHT, old: FULL_WEIGHT };
  if (percent >= 100) return { fresh: FULL_WEIGHT, old: 0 };
  const [each, rest] = [percent / fresh, (100 - percent) / old];
  let best = { fresh: 0, old: 0, error: Number.POSITIVE_INFINITY };
  for (let larger = LARGEST_WEIGHT; larger > LARGEST_WEIGHT / 2; larger--) {
    const scale = larger / Math.max(each, rest);
    const weights = { fresh: Math.round(each * scale), old: Math.round(rest * scale) };
    const total = weights.fresh * fresh + weights.old * old;
    const error = Math.abs((100 * weights.fresh * fresh) / total - percent);
    if (error < best.error) best = { ...weights, error };
  }
  return { fresh: best.fresh, old: best.old };
}

/** The new set has all requests and is checked; the old one is kept for a while, then goes. */
export function finishSwitch(
  x: Exchange,
  fresh: readonly DecidedReplica[],
  old: readonly { readonly live: LiveReplica; readonly cause: string }[],
  after: readonly number[],
): readonly number[] {
  const { rollout } = x.part.workload;
  const host = x.part.replicas[0]?.replica.host ?? '';
  const sets = setsByHost(
    fresh,
    old.map((o) => o.live),
  );
  const cause = fresh[0] === undefined ? 'switch' : `switch: ${causeOf(fresh[0].decision)}`;
  const shared = share(x, sets, 100, cause, after);
  const unnamed = old.flatMap(({ live, cause: why }) => [...x.naming.take(x.part, live, why, shared)]);
  const switched = unnamed.length > 0 ? [...new Set(unnamed)] : shared;
  const checked = emitChecks(x, rollout.checks.filter(goesThroughGateway), host, switched);
  const kept = delayed(x, (rollout.keepOldSeconds ?? 0) * 1000, 'the old set is kept for going back', checked);
  for (const { live, cause: why } of old) bury(x, live, why, retire(x, live, why, kept));
  return checked;
}
