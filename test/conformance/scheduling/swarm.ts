import { parseConstraint } from '../../../src/model/constraint.ts';
import type { Constraint } from '../../../src/model/desired.ts';
import type { HostPort, ReplicaDemand, SchedulingHost } from '../../../src/model/placement.ts';
import type { Json } from './case.ts';
import { NO_RULES } from './kubernetes.ts';

/** Generic resources as counts: a named set counts its members. */
export function genericCounts(generic: Json): Record<string, number> {
  return Object.fromEntries(
    Object.entries(generic ?? {}).map(([name, value]) => [name, Array.isArray(value) ? value.length : Number(value)]),
  );
}

/** Reads constraints; when one is malformed Swarm does not filter by any. */
export function constraintsOf(texts: readonly string[] | null | undefined): Constraint[] {
  const parsed = (texts ?? []).map(parseConstraint);
  return parsed.some((one) => one === undefined) ? [] : (parsed as Constraint[]);
}

export function hostOf(node: Json): SchedulingHost {
  const isReady = node.state === 'ready' || node.state === undefined;
  const availability = { pause: 'cordoned', drain: 'drained', active: 'active' } as const;
  const available = node.availableResources ?? node.resources ?? {};
  const tasks: Json[] = (node.tasks ?? []).filter(isActive);
  return {
    name: node.id,
    hostname: node.hostname ?? '',
    engineId: node.id,
    address: node.addr ?? '',
    role: node.role ?? 'worker',
    labels: node.labels ?? {},
    engineLabels: node.engineLabels ?? {},
    platform: { os: node.platform?.os ?? '', architecture: node.platform?.architecture ?? '' },
    availability: isReady ? availability[(node.availability ?? 'active') as keyof typeof availability] : 'unreachable',
    taints: [],
    capacity: {
      cpus: (available.nanoCPUs ?? 0) / 1e9,
      memoryBytes: available.memoryBytes ?? 0,
      generic: genericCounts(available.generic),
    },
    foreign: { cpus: 0, memoryBytes: 0, generic: {}, replicas: 0, ports: [] },
    running: tasks.map(({ id, serviceId, ports }) => ({
      workload: `other ${serviceId}`,
      ordinal: id,
      demand: demandOf({ ports }),
    })),
    volumes: [],
    images: [],
    plugins: node.plugins?.map(({ type, name }: Json) => `${type}/${name}`),
  };
}

/** Tasks that are meant to go on, or that have ended by themselves, count on their node. */
export function isActive({ desiredState }: Json): boolean {
  return desiredState === undefined || !['shutdown', 'failed', 'rejected', 'remove', 'orphaned'].includes(desiredState);
}

/** What a service or task asks of a node. `availableResources` is net of the tasks that are there: those ask for nothing. */
export function demandOf(service: Json): ReplicaDemand {
  const { placement = {}, reservations = {}, mounts = [], networkDrivers = [], logDriver } = service;
  const volumes = mounts
    .filter(({ driver }: Json) => driver && driver !== 'local')
    .map(({ driver }: Json) => `Volume/${driver}`);
  const log = logDriver && (logDriver.name ?? logDriver);
  return {
    labels: {},
    resources: {
      ...(reservations.nanoCPUs ? { cpus: reservations.nanoCPUs / 1e9 } : {}),
      ...(reservations.memoryBytes ? { memoryBytes: reservations.memoryBytes } : {}),
      generic: genericCounts(reservations.generic),
    },
    scored: { cpus: 0, memoryBytes: 0 },
    ports: (service.ports ?? []).filter(({ mode }: Json) => mode === 'host').map(portOf),
    volumes: [],
    claimPrefixes: [],
    images: [],
    besideWorkloads: [],
    plugins: [
      ...volumes,
      ...networkDrivers.map((driver: Json) => `Network/${driver.name ?? driver}`),
      ...(log && log !== 'none' ? [`Log/${log}`] : []),
    ],
    rules: {
      ...NO_RULES,
      constraints: constraintsOf(placement.constraints),
      spreadOver: (placement.preferences ?? []).map((text: string) => text.replace(/^spread=/, '')),
      maxPerHost: placement.maxReplicasPerNode,
      platforms: placement.platforms ?? [],
    },
  };
}

function portOf({ publishedPort, protocol }: Json): HostPort {
  return { protocol: protocol ?? 'tcp', port: publishedPort ?? 0 };
}
