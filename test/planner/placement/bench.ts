import type { PlacementRules } from '../../../src/model/desired.ts';
import type { PlacementRequest, SchedulingHost, WorkloadDemand } from '../../../src/model/placement.ts';
import { place } from '../../../src/planner/placement/place.ts';
import { host, workload } from './builders.ts';

const GIB = 1024 ** 3;
const ZONES = 10;

/** Hosts in zones and racks, of two sizes, one in ten with an SSD and one in twenty tainted. */
export function hosts(count: number): SchedulingHost[] {
  return Array.from({ length: count }, (_, i) =>
    host(`host-${String(i).padStart(5, '0')}`, {
      labels: {
        zone: `zone-${i % ZONES}`,
        rack: `rack-${i % (ZONES * 5)}`,
        disk: i % 10 === 0 ? 'ssd' : 'hdd',
        'kubernetes.io/hostname': `host-${i}`,
        'topology.kubernetes.io/zone': `zone-${i % ZONES}`,
      },
      taints: i % 20 === 19 ? [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }] : [],
      capacity: { cpus: i % 3 === 0 ? 32 : 16, memoryBytes: (i % 3 === 0 ? 128 : 64) * GIB, generic: {} },
    }),
  );
}

/** The rules a workload has, by turns. */
const RULES: readonly { profile: 'swarm' | 'kubernetes'; rules: (name: string) => Partial<PlacementRules> }[] = [
  { profile: 'swarm', rules: () => ({ spreadOver: ['node.labels.zone', 'node.labels.rack'] }) },
  {
    profile: 'swarm',
    rules: () => ({
      constraints: [{ key: 'node.labels.disk', operator: '!=', value: 'ssd' }],
      spreadOver: ['node.labels.zone'],
      maxPerHost: 2,
    }),
  },
  {
    profile: 'kubernetes',
    rules: (name) => ({
      topologySpread: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: name }, matchExpressions: [] },
        },
      ],
    }),
  },
  {
    profile: 'kubernetes',
    rules: (name) => ({
      nodeAffinity: {
        preferred: [
          {
            weight: 10,
            term: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }], matchFields: [] },
          },
        ],
      },
      podAntiAffinity: {
        required: [
          {
            topologyKey: 'kubernetes.io/hostname',
            namespaces: [],
            labelSelector: { matchLabels: { app: name }, matchExpressions: [] },
          },
        ],
        preferred: [],
      },
    }),
  },
];

/** `replicas` in workloads of at most 50, with constraints, spread and anti-affinity that can be satisfied. */
export function workloads(replicas: number, hostCount: number, only?: number): WorkloadDemand[] {
  const size = Math.min(50, Math.floor(hostCount / 2));
  return Array.from({ length: Math.ceil(replicas / size) }, (_, i) => {
    const { profile, rules } = RULES[(only ?? i) % RULES.length] as (typeof RULES)[number];
    const name = `app-${String(i).padStart(4, '0')}`;
    return workload(name, {
      profile,
      replicas: Math.min(size, replicas - i * size),
      labels: { app: name },
      resources: { cpus: 0.25 * (1 + (i % 4)), memoryBytes: 256 * 1024 ** 2 * (1 + (i % 3)) },
      rules: rules(name),
    });
  });
}

export function request(replicas: number, hostCount: number, only?: number): PlacementRequest {
  return { hosts: hosts(hostCount), workloads: workloads(replicas, hostCount, only), strategy: 'spread' };
}

export interface Measured {
  /** Of the fastest run. */
  readonly ms: number;
  /** The least CPU time of a run, which other programs disturb less. */
  readonly cpuMs: number;
  readonly placed: number;
  readonly unplaced: number;
}

/** Places the same several times. */
export function measure(input: PlacementRequest, runs: number): Measured {
  let ms = Number.POSITIVE_INFINITY;
  let cpuMs = Number.POSITIVE_INFINITY;
  let placed = 0;
  let unplaced = 0;
  for (let i = 0; i < runs; i++) {
    const begun = performance.now();
    const cpu = process.cpuUsage();
    const result = place(input);
    ms = Math.min(ms, performance.now() - begun);
    cpuMs = Math.min(cpuMs, process.cpuUsage(cpu).user / 1000);
    placed = result.placements.length;
    unplaced = result.unplaced.length;
  }
  return { ms, cpuMs, placed, unplaced };
}

/** The exponent of growth between two measurements. */
export function exponent(small: number, large: number, factor: number): number {
  return Math.log(large / small) / Math.log(factor);
}
