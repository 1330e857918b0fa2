import type { Container, LifecycleHook, Workload } from '../../model/desired.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveContainer } from '../../model/live.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { specHash } from '../../model/spec-hash.ts';
import type { HeldNames, ReplicaRef } from '../../model/step.ts';
import type { LiveReplica } from '../live-replicas.ts';
import { readiness } from '../rollout/ready.ts';
import type { PodContainer, ReplicaSpec } from '../specs/pod.ts';
import type { Build } from './context.ts';
import { emitLifecycleHooks } from './lifecycle.ts';

const DEFAULT_GRACE_SECONDS = 10;
const INIT_TIMEOUT_SECONDS = 3600;

function refOf(replica: ReplicaSpec, container: PodContainer): ReplicaRef {
  return {
    workload: replica.workload.id,
    ordinal: replica.ordinal,
    container: container.name,
    role: container.role,
    pod: replica.podHash,
  };
}

export function liveRef(live: LiveReplica, container: LiveContainer): ReplicaRef {
  const role = container.labels[LABEL.role];
  return {
    workload: live.workload,
    ordinal: live.ordinal,
    container: container.labels[LABEL.container] ?? container.name,
    role: role === 'pause' || role === 'init' || role === 'sidecar' ? role : 'main',
    pod: live.pod,
  };
}

/**
 * Creates all containers of a replica; nothing runs yet. Returns the create steps.
 *
 * @param held names that the one which owns the network gets later
 */
export function emitCreate(
  build: Build,
  replica: ReplicaSpec,
  cause: string,
  after: readonly number[],
  held: readonly HeldNames[] = [],
): number[] {
  const { host, workload, containers } = replica;
  const created = new Map<string, number>();
  for (const container of containers) {
    const { spec } = container;
    const used = namesUsed(spec);
    const own = used.flatMap((name) => created.get(name) ?? []);
    const others = used.filter((name) => !containers.some((c) => c.spec.name === name));
    const head = { host, workload: workload.id, cause, after: [...after, ...own, ...createsOf(build, host, others)] };
    const inputs = { replica: refOf(replica, container), spec };
    const holds = held.length > 0 && spec.network.mode === 'networks';
    created.set(spec.name, build.graph.add('container.create', head, holds ? { ...inputs, held } : inputs));
  }
  return [...created.values()];
}

/** Containers whose namespaces or volumes a container shares: engines want them to be there when it is made. */
function namesUsed({ network, pid, ipc, mounts }: ContainerSpec): string[] {
  const named = [pid, ipc].flatMap((mode) => (mode?.startsWith('container:') ? [mode.slice('container:'.length)] : []));
  return [
    ...(network.mode === 'container' ? [network.container] : []),
    ...named,
    ...mounts.flatMap((mount) => (mount.type === 'volumes-from' ? [mount.container] : [])),
  ];
}

function createsOf({ graph }: Build, host: string, names: readonly string[]): number[] {
  if (names.length === 0) return [];
  return graph
    .stepsOf('container.create')
    .filter((step) => step.host === host && names.includes(step.spec.name))
    .map(({ id }) => id);
}

/**
 * Creating a container is several calls, of which a run that was interrupted may have made the first only. Containers
 * that never ran and take more than one go through all of them again.
 */
export function emitCompletion(build: Build, live: LiveReplica, cause: string, held: readonly HeldNames[]): number[] {
  return live.containers.flatMap((container) => {
    const { spec, state, labels } = container;
    if (spec === undefined || state !== 'created' || labels[LABEL.specHash] !== specHash(spec)) return [];
    const isSimple =
      spec.files.length === 0 && (spec.network.mode !== 'networks' || spec.network.attachments.length < 2);
    if (isSimple || container.adopted) return [];
    const head = { host: live.host, workload: live.workload, cause };
    const inputs = { replica: liveRef(live, container), spec };
    return [build.graph.add('container.create', head, container.unnamed ? { ...inputs, held } : inputs)];
  });
}

export interface Started {
  readonly started: readonly number[];
  readonly ready: readonly number[];
}

/**
 * Starts a replica's containers in pod order: pause, then each init container to its end, sidecars until they
 * have started, then the main ones together; ends with waits until every main container counts.
 *
 * @param update when it takes the place of another: how many like it may fail
 */
export function emitStart(
  build: Build,
  replica: ReplicaSpec,
  cause: string,
  after: readonly number[],
  update?: { readonly mayFail: number },
): Started {
  const { workload, host } = replica;
  const head = (ids: readonly number[]) => ({ host, workload: workload.id, cause, after: ids });
  const start = (c: PodContainer, ids: readonly number[]) =>
    build.graph.add('container.start', head(ids), { replica: refOf(replica, c), container: c.spec.name });
  let gate = [...after];
  for (const container of replica.containers.filter((c) => c.role !== 'main')) {
    const started = start(container, gate);
    const wait = container.role === 'pause' ? undefined : emitOrderedWait(build, replica, container, started, cause);
    gate = [...after, wait ?? started];
  }
  const mains = replica.containers.filter((c) => c.role === 'main');
  const started = mains.map((c) => start(c, gate));
  const ready = mains.map((c, i) => {
    const place = { host, cause, replica: refOf(replica, c), container: c.spec.name };
    const [last = started[i] as number] = emitLifecycleHooks(build, c.container?.hooks.postStart, place, [
      started[i] as number,
    ]);
    return emitReady(build, replica, c, [last], cause, update);
  });
  return { started, ready };
}

/** An init container has to end well; a sidecar has to be up (its startup probe, or running). */
function emitOrderedWait(build: Build, replica: ReplicaSpec, c: PodContainer, started: number, cause: string): number {
  const head = { host: replica.host, workload: replica.workload.id, cause, after: [started] };
  const startup = c.container?.probes.startup;
  const until =
    c.role === 'init'
      ? ({ type: 'completed' } as const)
      : startup === undefined
        ? ({ type: 'running', stableSeconds: 0 } as const)
        : ({ type: 'probe', probe: startup, stableSeconds: 0 } as const);
  return build.graph.add('health.wait', head, {
    replica: refOf(replica, c),
    container: c.spec.name,
    until,
    timeoutSeconds: INIT_TIMEOUT_SECONDS,
  });
}

/** Waits until every main container of a replica that runs already counts. */
export function emitWaits(
  build: Build,
  replica: ReplicaSpec,
  cause: string,
  update: { readonly mayFail: number },
): number[] {
  const mains = replica.containers.filter((c) => c.role === 'main');
  return mains.map((c) => emitReady(build, replica, c, [], cause, update));
}

function emitReady(
  build: Build,
  replica: ReplicaSpec,
  c: PodContainer,
  started: readonly number[],
  cause: string,
  update: { readonly mayFail: number } | undefined,
): number {
  const { container, spec } = c;
  const condition = readiness(container as Container, replica.workload, build.desired, update !== undefined);
  const mayFail = update === undefined || update.mayFail === 0 ? {} : { mayFail: update.mayFail };
  return build.graph.add(
    'health.wait',
    { host: replica.host, workload: replica.workload.id, cause, after: started },
    { replica: refOf(replica, c), container: spec.name, ...condition, ...mayFail },
  );
}

/** Stops a live replica: main containers first, then sidecars, then what holds the network. */
export function emitStop(build: Build, live: LiveReplica, cause: string, after: readonly number[]): number[] {
  const byRole = (role: ReplicaRef['role']) => live.containers.filter((c) => liveRef(live, c).role === role && isUp(c));
  let gate = [...after, ...build.beforeStops];
  for (const role of ['main', 'sidecar', 'init', 'pause'] as const) {
    const ids = byRole(role).map((container) => {
      const replica = liveRef(live, container);
      const place = { host: live.host, cause, replica, container: container.name };
      return build.graph.add(
        'container.stop',
        {
          host: live.host,
          workload: live.workload,
          cause,
          after: emitLifecycleHooks(build, preStopOf(build, replica), place, gate),
        },
        { replica, container: container.name, graceSeconds: graceOf(container) },
      );
    });
    if (ids.length > 0) gate = ids;
  }
  return gate;
}

/** As the files say now: what a container was made with does not hold them. */
function preStopOf(build: Build, replica: ReplicaRef): readonly LifecycleHook[] | undefined {
  const workload = build.desired.workloads.find((w) => w.id === replica.workload);
  return workload?.template.containers.find((c) => c.name === replica.container)?.hooks.preStop;
}

/** Removes the containers of a live replica. Named volumes are never part of it. */
export function emitRemove(build: Build, live: LiveReplica, cause: string, after: readonly number[]): number[] {
  return live.containers.map((container) =>
    build.graph.add(
      'container.remove',
      { host: live.host, workload: live.workload, cause, after },
      { replica: liveRef(live, container), container: container.name },
    ),
  );
}

function isUp(container: LiveContainer): boolean {
  return container.state === 'running' || container.state === 'restarting' || container.state === 'paused';
}

function graceOf(container: LiveContainer): number {
  return container.spec?.stopGraceSeconds ?? DEFAULT_GRACE_SECONDS;
}

/** `web` waits for `db`: the dependency's containers by condition. */
export function gateOf(workload: Workload, started: ReadonlyMap<string, Started>): number[] {
  return workload.dependsOn.flatMap((d) => {
    const dependency = started.get(d.workload);
    if (dependency === undefined) return [];
    return d.condition === 'started' ? [...dependency.started] : [...dependency.ready];
  });
}
