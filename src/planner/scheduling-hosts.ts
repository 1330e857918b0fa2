import type { Protocol } from '../model/desired.ts';
import { readGatewayNotes } from '../model/gateway.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveContainer, LiveHost, LiveState } from '../model/live.ts';
import type { HostPort, RunningReplica, SchedulingHost } from '../model/placement.ts';
import { type LiveReplica, servingContainers } from './live-replicas.ts';

/** What the plan means to do with what runs. */
export interface Intentions {
  /** Replicas that are made anew. */
  readonly outdated: ReadonlySet<LiveReplica>;
  /** Why no replica of a workload may be moved; undefined when one may. */
  readonly stays: (workload: string) => string | undefined;
}

/** The hosts as the scheduler sees them, sorted by name. */
export function schedulingHosts(
  live: LiveState,
  stack: string,
  replicas: readonly LiveReplica[],
  intentions: Intentions,
): SchedulingHost[] {
  return live.hosts
    .map((host) => schedulingHost(host, stack, replicas, intentions))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function schedulingHost(
  host: LiveHost,
  stack: string,
  replicas: readonly LiveReplica[],
  intentions: Intentions,
): SchedulingHost {
  const { entry, engine } = host;
  const others = host.containers.filter((c) => c.labels[LABEL.stack] !== stack && isUp(c));
  const reserved = others.map((c) => c.reserved ?? ownReservation(c));
  return {
    name: host.name,
    hostname: engine.hostname,
    engineId: engine.id,
    ...(entry.address.type === 'unix' ? {} : { address: entry.address.host }),
    role: engine.swarm.isManager ? 'manager' : 'worker',
    labels: {
      'kubernetes.io/hostname': host.name,
      'kubernetes.io/os': engine.os,
      'kubernetes.io/arch': goArch(engine.architecture),
      ...entry.labels,
    },
    engineLabels: engine.labels,
    platform: { os: engine.os, architecture: engine.architecture },
    availability: host.marks.drained ? 'drained' : host.marks.cordoned ? 'cordoned' : 'active',
    taints: entry.taints,
    capacity: {
      cpus: entry.capacity?.cpus ?? engine.cpus,
      memoryBytes: entry.capacity?.memoryBytes ?? engine.memoryBytes,
      generic: entry.capacity?.generic ?? {},
      ...(entry.capacity?.ephemeralStorageBytes === undefined
        ? {}
        : { ephemeralStorageBytes: entry.capacity.ephemeralStorageBytes }),
      ...(entry.capacity?.pods === undefined ? {} : { pods: entry.capacity.pods }),
    },
    foreign: {
      cpus: sum(reserved.map((r) => r.cpus ?? 0)),
      memoryBytes: sum(reserved.map((r) => r.memoryBytes ?? 0)),
      generic: {},
      replicas: others.length,
      ports: [...others.flatMap(heldPorts), ...gatewayPorts(host, stack)],
    },
    running: runningReplicas(
      replicas.filter((r) => r.host === host.name),
      intentions.outdated,
      host.marks.drained ? intentions.stays : () => undefined,
    ),
    volumes: host.volumes.map((v) => v.name),
    images: host.images.flatMap((i) => [...i.tags, ...i.digests]),
  };
}

/** Ports that other stacks publish by the gateway, which holds them on the host itself. */
function gatewayPorts({ volumes }: LiveHost, stack: string): HostPort[] {
  const others = [...readGatewayNotes(volumes)].filter(([other]) => other !== stack);
  return others.flatMap(([, { entry }]) =>
    entry.config.listeners.map(({ port, hostIp }) => ({
      port,
      protocol: 'tcp' as const,
      ...(hostIp === undefined ? {} : { hostIp }),
    })),
  );
}

/** One entry per ordinal, whatever generations of it there are; the latest of them counts. */
function runningReplicas(
  replicas: readonly LiveReplica[],
  outdated: Intentions['outdated'],
  stays: Intentions['stays'],
): RunningReplica[] {
  const byKey = new Map(replicas.map((r) => [`${r.workload}\n${r.ordinal}`, r]));
  return [...byKey.values()].map((replica): RunningReplica => {
    const { workload, ordinal } = replica;
    const why = outdated.has(replica) ? undefined : stays(workload);
    return {
      workload,
      ordinal,
      ...(outdated.has(replica) ? { outdated: true } : {}),
      ...(isServing(replica) ? {} : { ready: false }),
      ...(why === undefined ? {} : { stays: why }),
    };
  });
}

/** Up and healthy as far as anybody checks, or done with its work. */
function isServing(replica: LiveReplica): boolean {
  return servingContainers(replica).every(({ state, health, exitCode }) =>
    state === 'running' ? health === 'none' || health === 'healthy' : state === 'exited' && exitCode === 0,
  );
}

function ownReservation(container: LiveContainer): { cpus?: number; memoryBytes?: number } {
  const resources = container.spec?.resources;
  const memoryBytes = resources?.memoryReservationBytes ?? resources?.memoryBytes;
  return {
    ...(resources?.nanoCpus === undefined ? {} : { cpus: resources.nanoCpus / 1e9 }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
}

function heldPorts(container: LiveContainer): { hostIp?: string; protocol: Protocol; port: number }[] {
  return container.ports.flatMap((p) =>
    p.hostPort === undefined
      ? []
      : [{ protocol: p.protocol, port: p.hostPort, ...(p.hostIp === undefined ? {} : { hostIp: p.hostIp }) }],
  );
}

function isUp(container: LiveContainer): boolean {
  return container.state === 'running' || container.state === 'restarting' || container.state === 'paused';
}

/** Engines report `uname -m`; Kubernetes labels carry Go's names. */
function goArch(architecture: string): string {
  return { x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm' }[architecture] ?? architecture;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
