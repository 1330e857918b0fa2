import type { Difference } from '../model/change.ts';
import type { ReplicaDecision } from './diff/replica.ts';
import type { LiveReplica } from './live-replicas.ts';
import { hangingOn, type ReplacedNetwork } from './steps/networks.ts';
import { usersOfMoved, type VolumeMove } from './volumes/moves.ts';
import { usersOfRestored, type VolumeRestore } from './volumes/restore.ts';

/** What is made anew below replicas that may themselves be as they should. */
export interface Ground {
  readonly networks: readonly ReplacedNetwork[];
  readonly moves: readonly VolumeMove[];
  readonly restores: readonly VolumeRestore[];
}

/** Replicas that cannot stay as they are, with what forces that. */
export function uprootedReplicas(ground: Ground, replicas: readonly LiveReplica[]): Map<LiveReplica, Difference> {
  const because = (path: string): Difference => ({ path, attribution: 'your change', forcesReplace: true });
  const uprooted = new Map<LiveReplica, Difference>();
  for (const [replica, networks] of hangingOn(ground.networks, replicas)) {
    const name = networks.map((key) => key.slice(key.indexOf(' ') + 1)).join(', ');
    uprooted.set(replica, { ...because('network'), from: name, to: `${name}, made anew` });
  }
  for (const move of ground.moves) {
    const [from, to] = [`${move.volume} on ${move.fromHost}`, `${move.toVolume} on ${move.toHost}`];
    for (const replica of usersOfMoved([move], replicas)) uprooted.set(replica, { ...because('volume'), from, to });
  }
  for (const restore of ground.restores) {
    const [from, to] = [restore.volume, `${restore.volume}, restored from a backup`];
    for (const replica of usersOfRestored([restore], replicas))
      uprooted.set(replica, { ...because('volume'), from, to });
  }
  return uprooted;
}

/** The decision once it is known that the generation cannot stay. */
export function uproot(decision: ReplicaDecision, uprooted: ReadonlyMap<LiveReplica, Difference>): ReplicaDecision {
  const { current, old, differences } = decision;
  const because = current === undefined ? undefined : uprooted.get(current);
  if (current === undefined || because === undefined) return decision;
  return { action: 'replace', old: [current, ...old], differences: [...differences, because] };
}
