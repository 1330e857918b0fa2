import type { Diagnostic } from '../../model/diagnostic.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveHost, LiveState, LiveVolume } from '../../model/live.ts';
import type { VolumeSpec } from '../../model/step.ts';
import type { LiveReplica } from '../live-replicas.ts';
import type { Build } from '../steps/context.ts';

/** Data that goes to another host, or to another name. Names are the engine's. */
export interface VolumeMove {
  readonly volume: string;
  readonly fromHost: string;
  readonly toVolume: string;
  readonly toHost: string;
  /** The source stays; else it goes once its users are ready with the copy. */
  readonly keepSource: boolean;
}

/** The live state as placing shall see it: the data is where it will be. */
export function asMoved(live: LiveState, moves: readonly VolumeMove[]): LiveState {
  if (moves.length === 0) return live;
  const hosts = live.hosts.map((host) => {
    const left = host.volumes.filter((v) => !moves.some((m) => m.fromHost === host.name && m.volume === v.name));
    const come = moves
      .filter((m) => m.toHost === host.name && !left.some((v) => v.name === m.toVolume))
      .map((m): LiveVolume => ({ ...(sourceOf(live.hosts, m) ?? EMPTY), name: m.toVolume }));
    return { ...host, volumes: [...left, ...come] };
  });
  return { ...live, hosts };
}

const EMPTY: LiveVolume = { name: '', driver: 'local', labels: {}, options: {} };

function sourceOf(hosts: Iterable<LiveHost>, move: VolumeMove): LiveVolume | undefined {
  return [...hosts].find((h) => h.name === move.fromHost)?.volumes.find((v) => v.name === move.volume);
}

/** Sources that are not there, and targets that somebody uses. */
export function moveProblems(moves: readonly VolumeMove[], hosts: ReadonlyMap<string, LiveHost>): Diagnostic[] {
  return moves.flatMap((move) => {
    const target = hosts.get(move.toHost);
    if (target === undefined) return [problem('volume/move-host', 'there is no such host', move.toHost, HOST_FIX)];
    if (sourceOf(hosts.values(), move) === undefined) {
      const where = `${move.volume} on ${move.fromHost}`;
      return [problem('volume/missing', 'volume to move is not there', where, 'stowage volume ls lists what there is')];
    }
    const user = target.containers.find((c) => c.mounts.some((m) => m.type === 'volume' && m.name === move.toVolume));
    if (user === undefined) return [];
    const where = `${move.toVolume} on ${move.toHost}, by ${user.name}`;
    return [problem('volume/target-in-use', 'volume to copy into is in use', where, 'choose another host or name')];
  });
}

const HOST_FIX = 'stowage hosts lists those there are';

function problem(code: string, message: string, where: string, fix: string): Diagnostic {
  return { severity: 'error', code, message, where, fix };
}

/** What runs on data that moves: it is stopped before the copy begins. */
export function usersOfMoved(moves: readonly VolumeMove[], replicas: readonly LiveReplica[]): LiveReplica[] {
  return replicas.filter((r) => moves.some((m) => m.fromHost === r.host && uses(r, m.volume)));
}

/** Replicas that are not bound to follow their data to another host. */
export function staying(replicas: readonly LiveReplica[], moves: readonly VolumeMove[]): LiveReplica[] {
  const leaving = usersOfMoved(
    moves.filter((m) => m.toHost !== m.fromHost),
    replicas,
  );
  return replicas.filter((r) => !leaving.includes(r));
}

/** Whether one of the replica's containers has the volume mounted. */
export function uses(replica: LiveReplica, volume: string): boolean {
  return replica.containers.some((c) => c.mounts.some((m) => m.type === 'volume' && m.name === volume));
}

/**
 * Creates the targets and copies into them, once all users of a source are stopped.
 *
 * @returns copy steps by `host volume` of the target
 */
export function emitMoves(
  build: Build,
  moves: readonly VolumeMove[],
  stopped: ReadonlyMap<LiveReplica, readonly number[]>,
): Map<string, readonly number[]> {
  const steps = new Map<string, readonly number[]>();
  for (const move of moves) {
    const cause = causeOf(move);
    const spec = specOf(build, move);
    const after = [...stopped].flatMap(([r, ids]) => (r.host === move.fromHost && uses(r, move.volume) ? ids : []));
    build.changes.push({
      action: 'move',
      kind: 'volume',
      resource: spec.resource,
      host: move.toHost,
      differences: [],
      cause,
    });
    const created = build.graph.add('volume.create', { host: move.toHost, cause }, { volume: spec });
    const head = { host: move.fromHost, cause, after: [created, ...after, ...build.beforeStops] };
    const inputs = { volume: move.volume, toHost: move.toHost, toVolume: move.toVolume, verify: true };
    steps.set(`${move.toHost} ${move.toVolume}`, [build.graph.add('volume.copy', head, inputs)]);
  }
  return steps;
}

/** Removes the sources, of which a verified copy is in use by now. */
export function emitSourceRemovals(build: Build, moves: readonly VolumeMove[], after: readonly number[]): void {
  for (const move of moves) {
    const source = sourceOf(build.hosts.values(), move);
    if (move.keepSource || source?.labels[LABEL.stack] !== build.stack) continue;
    const cause = `${causeOf(move)}; the copy is verified and in use`;
    const gone = build.graph.idsOf('container.remove', move.fromHost);
    const head = { host: move.fromHost, cause, after: [...after, ...gone], destructive: true };
    build.graph.add('volume.remove', head, { volume: move.volume });
  }
}

function causeOf(move: VolumeMove): string {
  return move.fromHost === move.toHost
    ? `renamed from ${move.volume}`
    : `moves from ${move.fromHost}${move.volume === move.toVolume ? '' : `, where it is ${move.volume}`}`;
}

/** As the file says, else as the source was made. */
function specOf(build: Build, move: VolumeMove): VolumeSpec {
  const wanted = build.desired.volumes.find((v) => v.name === move.toVolume && !v.external);
  const source = sourceOf(build.hosts.values(), move);
  const { driver, driverOptions, labels } = wanted ?? madeFrom(source);
  const resource = wanted?.id ?? source?.labels[LABEL.resource] ?? move.toVolume;
  return { name: move.toVolume, resource, driver, driverOptions, labels };
}

function madeFrom(source: LiveVolume | undefined): Pick<VolumeSpec, 'driver' | 'driverOptions' | 'labels'> {
  try {
    const { driver, driverOptions, labels } = JSON.parse(source?.labels[LABEL.spec] ?? '') as VolumeSpec;
    return { driver, driverOptions, labels };
  } catch {
    return { driver: source?.driver ?? 'local', driverOptions: source?.options ?? {}, labels: {} };
  }
}
