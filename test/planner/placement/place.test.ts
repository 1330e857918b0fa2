import { describe, expect, it } from 'vitest';
import type { PlacementRequest, SchedulingHost, WorkloadDemand } from '../../../src/model/placement.ts';
import { place } from '../../../src/planner/placement/place.ts';
import { host, workload } from './builders.ts';

const MIB = 1024 ** 2;

const request = (
  hosts: readonly SchedulingHost[],
  workloads: readonly WorkloadDemand[],
  more: Partial<PlacementRequest> = {},
): PlacementRequest => ({ hosts, workloads, strategy: 'spread', ...more });

/** `web.1 a, web.2 b` */
const placed = (input: PlacementRequest) =>
  place(input)
    .placements.map(({ workload: id, ordinal, host: name }) => `${id}.${ordinal} ${name}`)
    .join(', ');

const running = (id: string, ...ordinals: number[]) => ordinals.map((ordinal) => ({ workload: id, ordinal }));

describe('where new replicas go', () => {
  const three = [host('a'), host('b'), host('c')];
  const zoned = [
    host('a1', { labels: { zone: 'a' } }),
    host('a2', { labels: { zone: 'a' } }),
    host('b1', { labels: { zone: 'b' } }),
  ];
  const busy = [
    host('a', { foreign: { cpus: 3, memoryBytes: 0, generic: {}, replicas: 1, ports: [] } }),
    host('b', { foreign: { cpus: 1, memoryBytes: 0, generic: {}, replicas: 1, ports: [] } }),
  ];
  const appTerm = (topologyKey: string, app: string) => ({
    topologyKey,
    namespaces: [],
    labelSelector: { matchLabels: { app }, matchExpressions: [] },
  });
  const cases: { name: string; input: PlacementRequest; expected: string }[] = [
    {
      name: 'spread: fewest replicas of the workload, then fewest in all, then the name',
      input: request(three, [workload('api', { replicas: 1 }), workload('web', { replicas: 3 })]),
      expected: 'api.1 a, web.1 b, web.2 c, web.3 a',
    },
    {
      name: 'spread preference: branches level out before hosts do',
      input: request(zoned, [workload('web', { replicas: 4, rules: { spreadOver: ['node.labels.zone'] } })]),
      expected: 'web.1 a1, web.2 a2, web.3 b1, web.4 b1',
    },
    {
      name: 'binpack: the fullest host that has room',
      input: request(busy, [workload('web', { replicas: 2, resources: { cpus: 1 } })], { strategy: 'binpack' }),
      expected: 'web.1 a, web.2 b',
    },
    {
      name: 'a workload may choose another strategy than its stack',
      input: request(busy, [workload('web', { resources: { cpus: 1 }, rules: { strategy: 'binpack' } })]),
      expected: 'web.1 a',
    },
    {
      name: 'constraints: without case, and != holds for a missing label',
      input: request(
        [host('a', { labels: { disk: 'SSD' } }), host('b')],
        [
          workload('db', { rules: { constraints: [{ key: 'node.labels.disk', operator: '==', value: 'ssd' }] } }),
          workload('web', { rules: { constraints: [{ key: 'node.labels.disk', operator: '!=', value: 'ssd' }] } }),
        ],
      ),
      expected: 'db.1 a, web.1 b',
    },
    {
      name: 'architectures go by two names',
      input: request(
        [host('a'), host('b', { platform: { os: 'linux', architecture: 'aarch64' } })],
        [workload('web', { rules: { platforms: [{ os: 'linux', architecture: 'arm64' }] } })],
      ),
      expected: 'web.1 b',
    },
    {
      name: 'a host port is taken once, whoever has it',
      input: request(
        [
          host('a', {
            foreign: {
              cpus: 0,
              memoryBytes: 0,
              generic: {},
              replicas: 1,
              ports: [{ hostIp: '127.0.0.1', protocol: 'tcp', port: 80 }],
            },
          }),
          host('b'),
        ],
        [workload('web', { ports: [{ protocol: 'tcp', port: 80 }] })],
      ),
      expected: 'web.1 b',
    },
    {
      name: 'data pins its user',
      input: request([host('a'), host('b', { volumes: ['shop_data'] })], [workload('db', { volumes: ['shop_data'] })]),
      expected: 'db.1 b',
    },
    {
      name: 'a new volume brings its users together, on a host with room for all',
      input: request(
        [host('a', { capacity: { cpus: 1, memoryBytes: 300 * MIB, generic: {} } }), host('b')],
        [
          workload('backup', { volumes: ['shop_data'], resources: { memoryBytes: 200 * MIB } }),
          workload('db', { volumes: ['shop_data'], resources: { memoryBytes: 200 * MIB } }),
        ],
      ),
      expected: 'backup.1 b, db.1 b',
    },
    {
      name: 'stateful ordinals stay with their data',
      input: request(
        [host('a', { volumes: ['data-db-1'] }), host('b', { volumes: ['data-db-0'] })],
        [workload('db', { kind: 'stateful', replicas: 2, firstOrdinal: 0, claimPrefixes: ['data-db-'] })],
      ),
      expected: 'db.0 b, db.1 a',
    },
    {
      name: 'beside another workload',
      input: request(three, [
        workload('proxy', { besideWorkloads: ['web'] }),
        workload('web', { rules: { hostName: 'c' } }),
      ]),
      expected: 'proxy.1 c, web.1 c',
    },
    {
      name: 'daemons run on every host that may have them',
      input: request(
        [host('a'), host('b', { availability: 'cordoned' }), host('c')],
        [workload('agent', { kind: 'daemon', replicas: 0 })],
      ),
      expected: 'agent.1 a, agent.2 c',
    },
    {
      name: 'Kubernetes daemons run on cordoned nodes too',
      input: request(
        [host('a'), host('b', { availability: 'cordoned' })],
        [workload('agent', { kind: 'daemon', replicas: 0, firstOrdinal: 0, profile: 'kubernetes' })],
      ),
      expected: 'agent.0 a, agent.1 b',
    },
    {
      name: 'anti-affinity, also that of others',
      input: request(zoned, [
        workload('cache', {
          profile: 'kubernetes',
          labels: { app: 'cache' },
          rules: { podAntiAffinity: { required: [appTerm('zone', 'web')], preferred: [] } },
        }),
        workload('web', { profile: 'kubernetes', labels: { app: 'web' }, rules: { nodeSelector: { zone: 'b' } } }),
      ]),
      expected: 'cache.1 a1, web.1 b1',
    },
    {
      name: 'topology spread',
      input: request(zoned, [
        workload('web', {
          profile: 'kubernetes',
          replicas: 4,
          labels: { app: 'web' },
          rules: {
            topologySpread: [
              {
                maxSkew: 1,
                topologyKey: 'zone',
                whenUnsatisfiable: 'DoNotSchedule',
                labelSelector: { matchLabels: { app: 'web' }, matchExpressions: [] },
              },
            ],
          },
        }),
      ]),
      expected: 'web.1 a1, web.2 b1, web.3 a2, web.4 b1',
    },
    {
      name: 'a host with five recent failures comes last',
      input: request([host('a', { recentFailures: { web: 5 } }), host('b')], [workload('web', { replicas: 2 })]),
      expected: 'web.1 b, web.2 b',
    },
  ];
  it.each(cases)('$name', ({ input, expected }) => expect(placed(input)).toBe(expected));

  it('random: the seed decides, and nothing else', () => {
    const hosts = Array.from({ length: 20 }, (_, i) => host(`h${i}`));
    const draw = (seed: string) =>
      placed(request(hosts, [workload('web', { replicas: 5 })], { strategy: 'random', seed }));
    expect(draw('x')).toBe(draw('x'));
    expect(new Set(['x', 'y', 'z'].map(draw)).size).toBe(3);
  });

  it('places what is hard to place first when the stack would not fit otherwise', () => {
    const small = { cpus: 2, memoryBytes: 1024 * MIB, generic: {} };
    const hosts = [host('a', { capacity: small }), host('b', { capacity: small })];
    const input = request(hosts, [
      workload('a-small', { replicas: 2, resources: { memoryBytes: 400 * MIB } }),
      workload('big', { resources: { memoryBytes: 1000 * MIB } }),
    ]);
    expect(placed(input)).toBe('a-small.1 b, a-small.2 b, big.1 a');
  });
});

describe('what runs', () => {
  const cases: { name: string; input: PlacementRequest; expected: string; removed?: string }[] = [
    {
      name: 'stays, although it would be spread otherwise now',
      input: request([host('a', { running: running('web', 1, 2) }), host('b')], [workload('web', { replicas: 2 })]),
      expected: 'web.1 a, web.2 a',
    },
    {
      name: 'stays on a cordoned host, and new ones go elsewhere',
      input: request(
        [host('a', { availability: 'cordoned', running: running('web', 1) }), host('b')],
        [workload('web', { replicas: 3 })],
      ),
      expected: 'web.1 a, web.2 b, web.3 b',
    },
    {
      name: 'leaves a cordoned host when it is replaced',
      input: request(
        [
          host('a', { availability: 'cordoned', running: [{ workload: 'web', ordinal: 1, outdated: true }] }),
          host('b'),
        ],
        [workload('web')],
      ),
      expected: 'web.1 b',
    },
    {
      name: 'leaves a drained host',
      input: request(
        [host('a', { availability: 'drained', running: running('web', 1) }), host('b')],
        [workload('web')],
      ),
      expected: 'web.1 b',
    },
    {
      name: 'stays on a host that cannot be reached, so that it never runs twice',
      input: request(
        [host('a', { availability: 'unreachable', running: running('web', 1) }), host('b')],
        [workload('web', { replicas: 2 })],
      ),
      expected: 'web.1 a, web.2 b',
    },
    {
      name: 'NoSchedule keeps it, NoExecute does not',
      input: request(
        [
          host('a', { taints: [{ key: 'k', effect: 'NoSchedule' }], running: running('web', 1) }),
          host('b', { taints: [{ key: 'k', effect: 'NoExecute' }], running: running('web', 2) }),
          host('c'),
        ],
        [workload('web', { replicas: 2 })],
      ),
      expected: 'web.1 a, web.2 c',
    },
    {
      name: 'the last one moves when its host became too small for all',
      input: request(
        [host('a', { running: running('web', 1, 2) }), host('b')],
        [workload('web', { replicas: 2, resources: { cpus: 3 } })],
      ),
      expected: 'web.1 a, web.2 b',
    },
    {
      name: 'scaling down takes from the fullest zone, there from the fullest host, there the highest ordinal',
      input: request(
        [
          host('a1', { labels: { zone: 'a' }, running: running('web', 1) }),
          host('a2', { labels: { zone: 'a' }, running: running('web', 2, 3) }),
          host('b1', { labels: { zone: 'b' }, running: running('web', 4, 5) }),
        ],
        [workload('web', { replicas: 4, rules: { spreadOver: ['node.labels.zone'] } })],
      ),
      expected: 'web.1 a1, web.2 a2, web.4 b1, web.5 b1',
      removed: 'web.3 scaled down',
    },
    {
      name: 'stateful workloads lose their highest ordinals',
      input: request(
        [host('a', { running: running('db', 0, 2) }), host('b', { running: running('db', 1) })],
        [workload('db', { kind: 'stateful', replicas: 2, firstOrdinal: 0 })],
      ),
      expected: 'db.0 a, db.1 b',
      removed: 'db.2 no longer wanted',
    },
    {
      name: 'of one that runs twice after an interrupted move, the one that may stay is kept',
      input: request(
        [host('a', { availability: 'drained', running: running('web', 1) }), host('b', { running: running('web', 1) })],
        [workload('web')],
      ),
      expected: 'web.1 b',
      removed: 'web.1 runs twice',
    },
    {
      name: 'a daemon goes where it is no longer eligible',
      input: request(
        [
          host('a', { availability: 'drained', running: running('agent', 1) }),
          host('b', { running: running('agent', 2) }),
        ],
        [workload('agent', { kind: 'daemon', replicas: 0 })],
      ),
      expected: 'agent.2 b',
      removed: 'agent.1 drained',
    },
  ];
  it.each(cases)('$name', ({ input, expected, removed }) => {
    expect(placed(input)).toBe(expected);
    const gone = place(input).removed.map(({ workload: id, ordinal, reason }) => `${id}.${ordinal} ${reason}`);
    expect(gone.join(', ')).toBe(removed ?? '');
  });
});

describe('why nothing fits', () => {
  it('counts the reasons over all hosts, most hosts first', () => {
    const ssd = { labels: { disk: 'ssd' }, capacity: { cpus: 4, memoryBytes: 256 * MIB, generic: {} } };
    const { unplaced } = place(
      request(
        [host('a'), host('b'), host('c'), host('d', ssd), host('e', ssd)],
        [
          workload('db', {
            resources: { memoryBytes: 512 * MIB },
            rules: { constraints: [{ key: 'node.labels.disk', operator: '==', value: 'ssd' }] },
          }),
        ],
      ),
    );
    expect(unplaced.map(({ summary }) => summary)).toEqual([
      '0 of 5 hosts: 3 without label disk=ssd, 2 short of 512 MiB',
    ]);
    expect(unplaced[0]?.refusals[3]).toEqual({
      host: 'd',
      filter: 'resources',
      reason: 'short of 512 MiB (256 MiB of 256 MiB free)',
    });
  });

  const one = (overrides: Parameters<typeof workload>[1], more: Partial<SchedulingHost> = {}) =>
    place(request([host('a', more)], [workload('web', overrides)])).unplaced[0]?.summary;
  const cases: [string, ReturnType<typeof one>, string][] = [
    ['cordoned', one({}, { availability: 'cordoned' }), '0 of 1 hosts: 1 cordoned'],
    [
      'taint',
      one({}, { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] }),
      '0 of 1 hosts: 1 with taint gpu=yes:NoSchedule',
    ],
    ['generic', one({ resources: { generic: { gpu: 2 } } }), '0 of 1 hosts: 1 short of 2 gpu'],
    ['cpu', one({ resources: { cpus: 4.5 } }), '0 of 1 hosts: 1 short of 4.5 CPUs'],
    ['max per host', one({ replicas: 2, rules: { maxPerHost: 1 } }), '0 of 1 hosts: 1 at its 1 replica per host'],
    [
      'pods',
      one({ replicas: 2 }, { capacity: { cpus: 1, memoryBytes: 1, generic: {}, pods: 1 } }),
      '0 of 1 hosts: 1 full, at 1 replicas',
    ],
    ['host name', one({ rules: { hostName: 'z' } }), '0 of 1 hosts: 1 not named z'],
  ];
  it.each(cases)('%s', (_name, summary, expected) => expect(summary).toBe(expected));

  it('suggests the smallest addition to one host that would do', () => {
    const room = (cpus: number, mib: number) => ({ capacity: { cpus, memoryBytes: mib * MIB, generic: {} } });
    const hosts = [host('a', room(1, 100)), host('b', room(4, 400)), host('c', room(4, 300))];
    const { unplaced } = place(request(hosts, [workload('db', { resources: { cpus: 2, memoryBytes: 512 * MIB } })]));
    expect(unplaced[0]?.suggestion).toBe('112 MiB more on b');
  });

  it('says where a replica comes from that may not stay and finds no other host', () => {
    const hosts = [host('a', { availability: 'drained', volumes: ['data'], running: running('db', 1) }), host('b')];
    const { unplaced } = place(request(hosts, [workload('db', { volumes: ['data'] })]));
    expect(unplaced).toMatchObject([{ from: 'a', summary: '0 of 2 hosts: 1 drained, 1 without volume data' }]);
  });
});
