import type { Workload } from '../../model/desired.ts';
import type { GatewayConfig } from '../../model/gateway.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveState } from '../../model/live.ts';
import type { Placement } from '../../model/placement.ts';
import { type RolloutProgress, readRolloutNotes } from '../../model/rollout.ts';
import { networkChange } from '../diff/network.ts';
import { gatewayConfigs } from '../gateway/config.ts';
import { GatewaySteps } from '../gateway/steps.ts';
import type { LiveReplica } from '../live-replicas.ts';
import { NamingSteps } from '../naming/steps.ts';
import type { NetworkUse } from '../networks.ts';
import type { Ground } from '../uproot.ts';
import { emitMoves, emitSourceRemovals, usersOfMoved } from '../volumes/moves.ts';
import { emitRestores, usersOfRestored } from '../volumes/restore.ts';
import { type Build, makesContainers, type WorkloadBuild } from './context.ts';
import { emitHooks, isRelease, neededByHooks } from './hooks.ts';
import { emitNetworks, emitSwarms, hangingOn, type ReplacedNetwork } from './networks.ts';
import { emitRemove, emitStop, gateOf, type Started } from './replica.ts';
import { Resources } from './resources.ts';
import { emitVolumeRemovals } from './volumes.ts';
import { emitWorkload, type WorkloadScope } from './workload.ts';

export interface Parts {
  /** In dependency order. */
  readonly parts: readonly WorkloadBuild[];
  /** Live replicas of workloads that are no longer in the files. */
  readonly orphans: readonly LiveReplica[];
  readonly uses: ReadonlyMap<string, NetworkUse>;
  /** What is made anew below the replicas. */
  readonly ground: Ground;
  readonly live: LiveState;
  /** Engine names of volumes that may go with their data. */
  readonly removeVolumes: readonly string[];
  /** A plan of a part deletes nothing outside it. */
  readonly isPartial: boolean;
  readonly placements: readonly Placement[];
  /** Workloads whose paused rollout goes on. */
  readonly promoted: readonly string[];
  /** The plan goes back to an earlier revision. */
  readonly isUndo: boolean;
  /** Hosts are left out that had replicas. */
  readonly isWithout: boolean;
}

/**
 * Emits all steps of a plan: what has to go first, each workload in dependency order, then what is left over.
 *
 * @returns workloads of which replicas are stopped up front, whatever their policy says
 */
export function emitSteps(build: Build, all: Parts): ReadonlySet<string> {
  const going = [
    ...all.orphans,
    ...all.parts.flatMap((p) => [...p.surplus, ...p.replicas.flatMap((r) => r.decision.old)]),
  ];
  const replaced = all.ground.networks;
  const own = [...all.uses].filter(([, { network }]) => !network.external);
  const resources = new Resources(build, new Map(own));
  for (const part of all.parts)
    for (const decided of part.replicas.filter(makesContainers)) resources.images(decided.replica);
  emitSwarms(build, all.uses);
  const { stopped, detached, removed } = emitUpFront(build, all, going, replaced);
  const networkSteps = emitNetworks(build, all.uses, replaced, detached);
  const volumeSteps = new Map([
    ...emitMoves(build, all.ground.moves, stopped),
    ...emitRestores(build, all.ground.restores, stopped),
  ]);
  resources.standOn(networkSteps, volumeSteps);
  resources.fixedSubnets(
    all.parts.flatMap((p) => p.replicas.filter((r) => makesContainers(r) || r.decision.action === 'update')),
  );
  for (const part of all.parts)
    for (const decided of part.replicas.filter(makesContainers)) resources.ensure(decided.replica);
  const hooks = all.parts.filter((p) => p.workload.hook !== undefined);
  const parts = all.parts.filter((p) => p.workload.hook === undefined);
  const gateway = new GatewaySteps(
    build,
    gatewayConfigs(build.desired, all.placements, build.hosts),
    resources,
    freedPorts(build, stopped),
    directPorts(parts),
  );
  const naming = new NamingSteps(build, new Map(own), remadeOn(replaced, build), !all.isWithout);
  const scope = { resources, gateway, naming, gates: { stopped, removed, dependencies: [] } };
  const ready = emitParts(build, all, parts, hooks, scope);
  const orphanSteps = emitOrphans(build, all.orphans, ready, scope);
  gateway.finish(keptContainers(all), [...orphanSteps, ...ready]);
  emitUnusedNetworks(build, all, orphanSteps);
  emitSourceRemovals(build, all.ground.moves, [...orphanSteps, ...ready]);
  emitVolumeRemovals(build, new Set(going.map((r) => `${r.host} ${r.pod}`)), all.removeVolumes, [
    ...orphanSteps,
    ...ready,
  ]);
  return new Set([...stopped.keys()].map((r) => r.workload));
}

/** `host network` of networks that are made anew; an overlay is so everywhere. */
function remadeOn(replaced: readonly ReplacedNetwork[], { hosts }: Build): ReadonlySet<string> {
  return new Set(
    replaced.flatMap(({ use, hosts: some }) =>
      (use.spec.driver === 'overlay' ? [...hosts.keys()] : some).map((host) => `${host} ${use.spec.name}`),
    ),
  );
}

type Shared = Pick<WorkloadScope, 'resources' | 'gateway' | 'naming' | 'gates'>;

/** Hooks and workloads in dependency order. Returns the steps after which all of them are ready. */
function emitParts(
  build: Build,
  all: Parts,
  parts: readonly WorkloadBuild[],
  hooks: readonly WorkloadBuild[],
  shared: Shared,
): readonly number[] {
  const release = isRelease(parts, all.orphans);
  const before = release ? hooks.filter((h) => h.workload.hook !== 'post-deploy') : [];
  const needed = neededByHooks(before, build.desired.workloads);
  const started = new Map<string, Started>();
  const notes = pausedRollouts(build);
  const emit = (part: WorkloadBuild, hooksDone: readonly number[]) => {
    const dependencies = [...gateOf(part.workload, started), ...hooksDone];
    const progress = notes.get(part.workload.id);
    const scope: WorkloadScope = {
      ...shared,
      gates: { ...shared.gates, dependencies },
      isPromoted: all.promoted.includes(part.workload.id),
      ...(progress === undefined ? {} : { progress }),
    };
    started.set(part.workload.id, emitWorkload(build, part, scope));
  };
  const undo = all.isUndo && release ? emitHooks(build, hooks, 'pre-undo', shared.resources, () => []) : [];
  build.beforeStops.push(...undo);
  for (const part of parts.filter((p) => needed.has(p.workload.id))) emit(part, undo);
  const gate = (workload: Workload) => [...gateOf(workload, started), ...undo];
  const done = release && !all.isUndo ? emitHooks(build, hooks, 'pre-deploy', shared.resources, gate) : undo;
  build.beforeStops.push(...done);
  for (const part of parts.filter((p) => !needed.has(p.workload.id))) emit(part, done);
  const ready = [...started.values()].flatMap((s) => [...s.ready]);
  if (!release || all.isUndo) return ready;
  return [...ready, ...emitHooks(build, hooks, 'post-deploy', shared.resources, () => ready)];
}

function pausedRollouts(build: Build): Map<string, RolloutProgress> {
  return new Map([...build.hosts.values()].flatMap((h) => [...readRolloutNotes(h.volumes, build.stack)]));
}

/** `host container` of everything that runs and stays. */
function keptContainers(all: Parts): ReadonlySet<string> {
  const replicas = all.parts.flatMap((p) => p.replicas.map((r) => r.decision));
  const live = replicas.flatMap((d) => [...(d.current ? [d.current] : []), ...d.old]);
  return new Set(live.flatMap((r) => r.containers.map((c) => `${r.host} ${c.name}`)));
}

/** `host port` of what new containers publish by themselves. */
function directPorts(parts: readonly WorkloadBuild[]): ReadonlySet<string> {
  const replicas = parts.flatMap((p) => p.replicas.map((r) => r.replica));
  return new Set(
    replicas.flatMap((r) => r.containers.flatMap((c) => c.spec.ports.map((p) => `${r.host} ${p.hostPort}`))),
  );
}

/** Host → stops of replicas that held a port there. */
function freedPorts(
  build: Build,
  stopped: ReadonlyMap<LiveReplica, readonly number[]>,
): ReadonlyMap<string, readonly number[]> {
  const freed = new Map<string, readonly number[]>([...build.hosts.keys()].map((name) => [name, []]));
  for (const [replica, steps] of stopped) freed.set(replica.host, [...(freed.get(replica.host) ?? []), ...steps]);
  return freed;
}

interface UpFront {
  /** Replicas stopped before anything starts, with the steps that did it. */
  readonly stopped: Map<LiveReplica, readonly number[]>;
  /** Steps after which nothing hangs on a replaced network, by `host network`. */
  readonly detached: Map<string, readonly number[]>;
  readonly removed: Set<LiveReplica>;
}

/** Replicas that stand in the way: on a network made anew, or holding a host port that another workload needs. */
function emitUpFront(
  build: Build,
  all: Parts,
  going: readonly LiveReplica[],
  replaced: readonly ReplacedNetwork[],
): UpFront {
  const stopped = new Map<LiveReplica, readonly number[]>();
  const detached = new Map<string, readonly number[]>();
  const removed = new Set<LiveReplica>();
  const current = all.parts.flatMap((p) => p.replicas.flatMap((r) => (r.decision.current ? [r.decision.current] : [])));
  for (const [replica, networks] of hangingOn(replaced, [...going, ...current])) {
    const stop = emitStop(build, replica, 'its network is made anew', []);
    const gone = emitRemove(build, replica, 'its network is made anew', stop);
    stopped.set(replica, gone);
    removed.add(replica);
    for (const key of networks) detached.set(key, [...(detached.get(key) ?? []), ...gone]);
  }
  for (const replica of usersOfRestored(all.ground.restores, [...going, ...current])) {
    if (removed.has(replica)) continue;
    const cause = 'its volume is restored from a backup';
    stopped.set(replica, emitRemove(build, replica, cause, emitStop(build, replica, cause, [])));
    removed.add(replica);
  }
  for (const replica of usersOfMoved(all.ground.moves, [...going, ...current])) {
    if (!stopped.has(replica)) stopped.set(replica, emitStop(build, replica, 'its volume moves', []));
  }
  const byGateway = gatewayConfigs(build.desired, all.placements, build.hosts).configs;
  for (const replica of gatewayPortHolders(byGateway, going)) {
    if (!stopped.has(replica)) stopped.set(replica, emitStop(build, replica, 'the gateway takes its host port', []));
  }
  for (const replica of portHolders(all.parts, going)) {
    if (!stopped.has(replica))
      stopped.set(replica, emitStop(build, replica, 'another workload takes its host port', []));
  }
  return { stopped, detached, removed };
}

/** Replicas on their way out that hold a host port which the gateway shall have. */
function gatewayPortHolders(configs: ReadonlyMap<string, GatewayConfig>, going: readonly LiveReplica[]): LiveReplica[] {
  return going.filter((old) => {
    const ports = configs.get(old.host)?.listeners.map((l) => l.port) ?? [];
    return old.containers.some((c) => c.ports.some((p) => p.protocol === 'tcp' && ports.includes(p.hostPort ?? 0)));
  });
}

/** Replicas on their way out that hold a host port a new replica of another workload needs on the same host. */
function portHolders(parts: readonly WorkloadBuild[], going: readonly LiveReplica[]): LiveReplica[] {
  const wanted = parts.flatMap((p) =>
    p.replicas.filter(makesContainers).flatMap(({ replica }) =>
      replica.containers.flatMap((c) =>
        c.spec.ports.map((port) => ({
          workload: p.workload.id,
          host: replica.host,
          key: `${port.protocol}/${port.hostPort}`,
        })),
      ),
    ),
  );
  return going.filter((old) => {
    const held = old.containers.flatMap((c) => c.ports.map((p) => `${p.protocol}/${p.hostPort ?? ''}`));
    return wanted.some((w) => w.host === old.host && w.workload !== old.workload && held.includes(w.key));
  });
}

function emitOrphans(
  build: Build,
  orphans: readonly LiveReplica[],
  ready: readonly number[],
  { gateway, gates: { stopped, removed } }: Shared,
): number[] {
  const cause = 'no longer in the files';
  return orphans.flatMap((orphan) => {
    if (removed.has(orphan)) return [...(stopped.get(orphan) ?? [])];
    const stop = stopped.get(orphan) ?? emitStop(build, orphan, cause, gateway.leave(orphan, cause, ready));
    return emitRemove(build, orphan, cause, stop);
  });
}

/** Networks of the stack that no replica uses any more, on each host; an overlay once. */
function emitUnusedNetworks(build: Build, all: Parts, orphanSteps: readonly number[]): void {
  if (all.isPartial) return;
  const seen = new Set<string>();
  for (const host of build.hosts.values()) {
    for (const network of host.networks.filter((n) => n.labels[LABEL.stack] === build.stack)) {
      const use = all.uses.get(network.name);
      const isOverlay = network.driver === 'overlay';
      const used = use !== undefined && (isOverlay ? use.hosts.length > 0 : use.hosts.includes(host.name));
      if (used || (isOverlay && (seen.has(network.name) || !canRemoveOverlay(build, host.name)))) continue;
      seen.add(network.name);
      const cause = use === undefined ? 'no longer in the files' : 'no replica on this host uses it';
      const resource = network.labels[LABEL.resource] ?? network.name;
      build.changes.push(networkChange('delete', { resource, name: network.name }, host.name, cause));
      const place = isOverlay ? undefined : host.name;
      const removals = [
        ...build.graph.idsOf('container.remove', place),
        ...build.graph.idsOf('network.disconnect', place),
      ];
      build.graph.add(
        'network.remove',
        { host: host.name, cause, after: [...orphanSteps, ...removals] },
        { network: network.name },
      );
    }
  }
}

/** An overlay is removed on a manager. */
function canRemoveOverlay(build: Build, host: string): boolean {
  return build.hosts.get(host)?.engine.swarm.isManager === true;
}
