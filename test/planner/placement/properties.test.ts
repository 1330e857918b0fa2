import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlacementRules } from '../../../src/model/desired.ts';
import type { Placement, PlacementRequest, SchedulingHost, WorkloadDemand } from '../../../src/model/placement.ts';
import { matchesConstraint } from '../../../src/planner/placement/constraints.ts';
import { place } from '../../../src/planner/placement/place.ts';
import { untolerated } from '../../../src/planner/placement/taints.ts';
import { host, workload } from './builders.ts';

const MIB = 1024 ** 2;
const ZONES = ['a', 'b', 'c'];
const runs = { numRuns: 200 };

const hostArb = fc.record({
  zone: fc.option(fc.constantFrom(...ZONES), { nil: undefined }),
  ssd: fc.boolean(),
  tainted: fc.nat(4).map((n) => n === 0),
  availability: fc.constantFrom<SchedulingHost['availability'][]>('active', 'active', 'active', 'cordoned', 'drained'),
  cpus: fc.integer({ min: 1, max: 8 }),
  memory: fc.integer({ min: 1, max: 16 }),
  foreign: fc.integer({ min: 0, max: 2 }),
});

const hostsArb = fc.array(hostArb, { minLength: 1, maxLength: 7 }).map((list) =>
  list.map(({ zone, ssd, tainted, availability, cpus, memory, foreign }, i) =>
    host(`h${i}`, {
      labels: { 'kubernetes.io/hostname': `h${i}`, ...(zone ? { zone } : {}), ...(ssd ? { disk: 'ssd' } : {}) },
      availability,
      taints: tainted ? [{ key: 'special', effect: 'NoSchedule' }] : [],
      capacity: { cpus, memoryBytes: memory * 512 * MIB, generic: ssd ? { gpu: 1 } : {} },
      foreign: { cpus: foreign / 2, memoryBytes: foreign * 100 * MIB, generic: {}, replicas: foreign, ports: [] },
    }),
  ),
);

const workloadArb = fc.record({
  kind: fc.constantFrom<('service' | 'stateful' | 'daemon')[]>('service', 'service', 'service', 'stateful', 'daemon'),
  profile: fc.constantFrom<('swarm' | 'kubernetes')[]>('swarm', 'kubernetes'),
  replicas: fc.integer({ min: 0, max: 6 }),
  cpus: fc.constantFrom(0, 0.1, 0.5, 1, 2),
  memory: fc.integer({ min: 0, max: 8 }),
  rule: fc.constantFrom('none', 'ssd', 'not-ssd', 'spread', 'max', 'anti', 'skew', 'port', 'tolerates', 'soft', 'gpu'),
  strategy: fc.constantFrom(undefined, 'spread' as const, 'binpack' as const, 'random' as const),
});

function rulesFor(rule: string, app: string): Partial<PlacementRules> {
  const labelSelector = { matchLabels: { app }, matchExpressions: [] };
  switch (rule) {
    case 'ssd':
      return { constraints: [{ key: 'node.labels.disk', operator: '==', value: 'ssd' }] };
    case 'not-ssd':
      return { constraints: [{ key: 'node.labels.disk', operator: '!=', value: 'ssd' }] };
    case 'spread':
      return { spreadOver: ['node.labels.zone'] };
    case 'max':
      return { maxPerHost: 1 };
    case 'anti':
      return { podAntiAffinity: { required: [{ topologyKey: 'zone', namespaces: [], labelSelector }], preferred: [] } };
    case 'skew':
      return {
        topologySpread: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector }],
      };
    case 'tolerates':
      return { tolerations: [{ key: 'special', operator: 'Exists' }] };
    case 'soft':
      return {
        topologySpread: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector }],
      };
    default:
      return {};
  }
}

const workloadsArb = fc.array(workloadArb, { minLength: 1, maxLength: 5 }).map((list) =>
  list.map(({ rule, cpus, memory, strategy, ...one }, i) =>
    workload(`w${i}`, {
      ...one,
      labels: { app: `w${i}` },
      resources: { cpus, memoryBytes: memory * 128 * MIB, ...(rule === 'gpu' ? { generic: { gpu: 1 } } : {}) },
      ports: rule === 'port' ? [{ protocol: 'tcp', port: 8080 }] : [],
      rules: { ...rulesFor(rule, `w${i}`), strategy },
    }),
  ),
);

const requestArb = fc
  .record({ hosts: hostsArb, workloads: workloadsArb })
  .map((input): PlacementRequest => ({ ...input, strategy: 'spread', seed: 's' }));

/** The same hosts, with what a result put on them running there. */
function applied(request: PlacementRequest, placements: readonly Placement[]): PlacementRequest {
  const runningOn = (name: string) => placements.filter((one) => one.host === name);
  return { ...request, hosts: request.hosts.map((one) => ({ ...one, running: runningOn(one.name) })) };
}

const where = (placements: readonly Placement[]) =>
  placements.map(({ workload: id, ordinal, host: name }) => `${id}.${ordinal} ${name}`);

/** Every hard rule, checked by other means than the engine's filters. */
function violations({ hosts, workloads }: PlacementRequest, placements: readonly Placement[]): string[] {
  const byName = new Map(hosts.map((one) => [one.name, one]));
  const byId = new Map(workloads.map((one) => [one.id, one]));
  const found: string[] = [];
  for (const { workload: id, ordinal, host: name } of placements) {
    const on = byName.get(name) as SchedulingHost;
    const { rules, kind, profile } = byId.get(id) as WorkloadDemand;
    const isDaemon = kind === 'daemon' && profile === 'kubernetes';
    if (on.availability === 'drained' || (on.availability === 'cordoned' && !isDaemon))
      found.push(`${id}.${ordinal} on ${on.availability}`);
    if (!rules.constraints.every((one) => matchesConstraint(one, on)))
      found.push(`${id}.${ordinal} against a constraint`);
    if (untolerated(on.taints, rules.tolerations, ['NoSchedule'])) found.push(`${id}.${ordinal} on a taint`);
  }
  for (const { name, capacity, foreign } of hosts) {
    const here = placements.filter((one) => one.host === name).map((one) => byId.get(one.workload) as WorkloadDemand);
    const sum = (of: (one: WorkloadDemand) => number | undefined) =>
      here.reduce((total, one) => total + (of(one) ?? 0), 0);
    if (sum((one) => one.resources.cpus) + foreign.cpus > capacity.cpus + 1e-9) found.push(`cpus of ${name}`);
    if (sum((one) => one.resources.memoryBytes) + foreign.memoryBytes > capacity.memoryBytes)
      found.push(`memory of ${name}`);
    if (sum((one) => one.resources.generic?.gpu) > (capacity.generic.gpu ?? 0)) found.push(`gpus of ${name}`);
    if (sum((one) => one.ports.length) > 1) found.push(`port of ${name}`);
  }
  for (const { id, rules } of workloads) {
    const mine = placements.filter((one) => one.workload === id).map((one) => byName.get(one.host) as SchedulingHost);
    const zones = mine.map(({ labels }) => labels.zone);
    const max = rules.maxPerHost ?? Number.POSITIVE_INFINITY;
    if (mine.some((one) => mine.filter((other) => other === one).length > max)) found.push(`max per host of ${id}`);
    const isAlone = rules.podAntiAffinity.required.length > 0;
    const known = zones.filter((zone) => zone !== undefined);
    if (isAlone && new Set(known).size < known.length) found.push(`anti-affinity of ${id}`);
    if (rules.topologySpread[0]?.whenUnsatisfiable === 'DoNotSchedule' && zones.includes(undefined))
      found.push(`zone of ${id}`);
  }
  return found;
}

/** Replicas with hard topology spread are even to one over all zones there are. */
function skews({ hosts, workloads }: PlacementRequest, placements: readonly Placement[]): number[] {
  const zoneOf = new Map(hosts.map(({ name, labels }) => [name, labels.zone]));
  const zones = [...new Set(zoneOf.values())].filter((zone) => zone !== undefined);
  return workloads
    .filter(({ rules }) => rules.topologySpread[0]?.whenUnsatisfiable === 'DoNotSchedule')
    .map(({ id }) => {
      const mine = placements.filter((one) => one.workload === id).map((one) => zoneOf.get(one.host));
      const counts = zones.map((zone) => mine.filter((one) => one === zone).length);
      return counts.length === 0 ? 0 : Math.max(...counts) - Math.min(...counts);
    });
}

describe('every placement', () => {
  it('breaks no hard rule and overcommits nothing', () => {
    fc.assert(
      fc.property(requestArb, (request) => {
        const { placements } = place(request);
        expect(violations(request, placements)).toEqual([]);
        const services = request.workloads.filter(({ kind }) => kind !== 'daemon');
        expect(Math.max(0, ...skews({ ...request, workloads: services }, placements))).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });

  it('accounts for every replica', () => {
    fc.assert(
      fc.property(requestArb, (request) => {
        const { placements, unplaced } = place(request);
        for (const { id, kind, replicas } of request.workloads) {
          const all = [...placements, ...unplaced].filter((one) => one.workload === id);
          if (kind !== 'daemon') expect(all.length).toBe(replicas);
          expect(new Set(all.map(({ ordinal }) => ordinal)).size).toBe(all.length);
        }
        for (const { refusals } of unplaced) expect(refusals.length).toBeGreaterThan(0);
      }),
      runs,
    );
  });

  it('does not depend on the order of hosts, workloads or labels', () => {
    const shuffled = requestArb.chain((request) =>
      fc.record({
        request: fc.constant(request),
        hosts: fc.shuffledSubarray([...request.hosts], { minLength: request.hosts.length }),
        workloads: fc.shuffledSubarray([...request.workloads], { minLength: request.workloads.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ request, hosts, workloads }) => {
        expect(place({ ...request, hosts, workloads })).toEqual(place(request));
      }),
      runs,
    );
  });
});

describe('what runs', () => {
  it('stays when the same is asked again', () => {
    fc.assert(
      fc.property(requestArb, (request) => {
        const { placements } = place(request);
        const again = place(applied(request, placements));
        expect(where(again.placements)).toEqual(expect.arrayContaining(where(placements)));
        expect(again.removed).toEqual([]);
      }),
      runs,
    );
  });

  it('stays when a host is added', () => {
    fc.assert(
      fc.property(requestArb, (request) => {
        const { placements } = place(request);
        const more = applied(request, placements);
        const next = place({ ...more, hosts: [...more.hosts, host('a-new-one', { labels: { zone: 'a' } })] });
        expect(where(next.placements)).toEqual(expect.arrayContaining(where(placements)));
      }),
      runs,
    );
  });

  it('moves only from a host that is taken away', () => {
    fc.assert(
      fc.property(requestArb, fc.nat(6), (request, which) => {
        const { placements } = place(request);
        const gone = request.hosts[which % request.hosts.length]?.name;
        const after = applied(request, placements);
        const next = place({ ...after, hosts: after.hosts.filter(({ name }) => name !== gone) });
        expect(where(next.placements)).toEqual(
          expect.arrayContaining(where(placements.filter((one) => one.host !== gone))),
        );
      }),
      runs,
    );
  });

  it('breaks no hard rule after hosts and rules have changed', () => {
    fc.assert(
      fc.property(requestArb, hostsArb, workloadsArb, (request, hosts, workloads) => {
        const { placements } = place(request);
        const changed = applied({ ...request, hosts, workloads }, placements);
        const isOld = (one: Placement) => placements.some((old) => where([old])[0] === where([one])[0]);
        const next = place(changed).placements;
        const staying = next.filter(isOld);
        const allowed = ['on cordoned', 'on a taint', 'zone of'];
        const found = violations(changed, next).filter(
          (text) => staying.length === 0 || !allowed.some((one) => text.includes(one)),
        );
        expect(found).toEqual([]);
      }),
      runs,
    );
  });
});
