import { describe, expect, it } from 'vitest';
import type { Placement, PlacementRequest, SchedulingHost, WorkloadDemand } from '../../../src/model/placement.ts';
import { explainPlacement } from '../../../src/planner/placement/explain.ts';
import { rolloutPeak } from '../../../src/planner/placement/peak.ts';
import { place } from '../../../src/planner/placement/place.ts';
import { rebalance } from '../../../src/planner/placement/rebalance.ts';
import { addHost, drainHost, parseHostSpec, withoutHost } from '../../../src/planner/placement/what-if.ts';
import { host, workload } from './builders.ts';

const MIB = 1024 ** 2;
const room = (mib: number) => ({ capacity: { cpus: 8, memoryBytes: mib * MIB, generic: {} } });
const running = (id: string, ...ordinals: number[]) => ordinals.map((ordinal) => ({ workload: id, ordinal }));
const request = (hosts: readonly SchedulingHost[], workloads: readonly WorkloadDemand[]): PlacementRequest => ({
  hosts,
  workloads,
  strategy: 'spread',
});
const where = (placements: readonly Placement[]) =>
  placements.map(({ workload: id, ordinal, host: name }) => `${id}.${ordinal} ${name}`).join(', ');

describe('explainPlacement', () => {
  const input = request(
    [
      host('a', { labels: { disk: 'ssd' } }),
      host('b', { labels: { disk: 'ssd' }, ...room(100) }),
      host('c', { availability: 'cordoned', ...room(100) }),
    ],
    [
      workload('web', {
        profile: 'kubernetes',
        resources: { memoryBytes: 512 * MIB },
        rules: { nodeSelector: { disk: 'ssd' } },
      }),
    ],
  );
  const explanation = explainPlacement(input, place(input), 'web');

  it('gives every filter that refuses a host, not only the first', () => {
    expect(explanation?.hosts.map(({ host: name, refusals }) => [name, refusals.map(({ filter }) => filter)])).toEqual([
      ['a', []],
      ['b', ['resources']],
      ['c', ['availability', 'node-affinity', 'resources']],
    ]);
  });

  it('does not count the replica against its own host', () => {
    expect(explanation?.hosts[0]).toMatchObject({ fits: true, replicas: 1 });
  });

  it('gives the scores of a host that fits, and their weighted sum', () => {
    const [best] = explanation?.hosts ?? [];
    expect(best?.scores.map(({ score }) => score)).toEqual([
      'least-allocated',
      'balanced-allocation',
      'selector-spread',
    ]);
    expect(best?.total).toBe(best?.scores.reduce((sum, { value, weight }) => sum + value * weight, 0));
  });

  it('knows no other workload', () => expect(explainPlacement(input, place(input), 'nope')).toBeUndefined());
});

describe('what if', () => {
  const base = request(
    [host('a', { running: running('web', 1), volumes: ['data'] }), host('b'), host('c')],
    [workload('web'), workload('db', { volumes: ['data'] })],
  );
  const live = {
    ...base,
    hosts: base.hosts.map((one) =>
      one.name === 'a' ? { ...one, running: running('web', 1).concat(running('db', 1)) } : one,
    ),
  };

  it('without a host: what was there goes elsewhere', () => {
    expect(where(place(withoutHost(live, 'a')).placements)).toBe('db.1 b, web.1 c');
  });

  it('drained: what can move moves, what cannot says why', () => {
    const { placements, unplaced } = place(drainHost(live, 'a'));
    expect(where(placements)).toBe('web.1 b');
    expect(unplaced.map(({ workload: id, summary }) => `${id}: ${summary}`)).toEqual([
      'db: 0 of 3 hosts: 2 without volume data, 1 drained',
    ]);
  });

  it('with one more host: only what was not placed goes there', () => {
    const big = parseHostSpec('big,cpus=4,memory=8G,label=zone=b,gpu=2');
    if ('problem' in big) throw new Error(big.problem);
    const more = { ...live, workloads: [...live.workloads, workload('batch', { resources: { generic: { gpu: 1 } } })] };
    expect(where(place(addHost(more, big)).placements)).toBe('batch.1 big, db.1 a, web.1 a');
  });

  it('reads a host of the command line', () => {
    expect(
      parseHostSpec(
        'web-9,cpus=1.5,memory=512M,disk=10G,pods=20,label=zone=b,label=ssd,taint=k=v:NoExecute,arch=arm64',
      ),
    ).toMatchObject({
      name: 'web-9',
      labels: { zone: 'b', ssd: '' },
      taints: [{ key: 'k', value: 'v', effect: 'NoExecute' }],
      platform: { os: 'linux', architecture: 'arm64' },
      capacity: { cpus: 1.5, memoryBytes: 512 * MIB, ephemeralStorageBytes: 10 * 1024 * MIB, pods: 20 },
    });
  });

  it.each([
    ['', '"" is no host name'],
    ['x,cpus', '"cpus" is not key=value'],
    ['x,memory=many', '"many" is no amount for memory'],
    ['x,gpu=-1', '"-1" is no number for gpu'],
    ['x,taint=k:Maybe', '"k:Maybe" is no taint'],
  ])('%j is refused', (text, problem) => expect(parseHostSpec(text)).toEqual({ problem }));
});

describe('rolloutPeak', () => {
  const web = workload('web', { replicas: 3, resources: { memoryBytes: 500 * MIB } });
  const peakOn = (mib: number, surge: number, demand = web) => {
    const input = request([host('a', { ...room(mib), running: running('web', 1, 2, 3) })], [demand]);
    return rolloutPeak(input, place(input).placements, [{ workload: 'web', replaced: [1, 2, 3], surge }]);
  };

  it('is what is at rest and the surge', () => {
    const { hosts, problems } = peakOn(4000, 2);
    expect(hosts).toEqual([
      {
        host: 'a',
        atRest: expect.objectContaining({ memoryBytes: 1500 * MIB }),
        peak: expect.objectContaining({ memoryBytes: 2500 * MIB }),
      },
    ]);
    expect(problems).toEqual([]);
  });

  it('is what is at rest when the old stop first', () => {
    expect(peakOn(1500, 0).problems).toEqual([]);
  });

  it.each([
    ['fewer at a time', 2000, 2, web, 'parallelism: 1 for web'],
    ['in the words of Kubernetes', 2000, 2, { ...web, profile: 'kubernetes' as const }, 'maxSurge: 1 for web'],
    ['stopping first', 1700, 1, web, 'order: stop-first for web'],
  ])('suggests the smallest change: %s', (_name, mib, surge, demand, suggestion) => {
    expect(peakOn(mib, surge, demand).problems.map((one) => one.suggestion)).toEqual([suggestion]);
  });

  it('suggests more of what is short when nothing else helps', () => {
    const grown = workload('web', { resources: { memoryBytes: 600 * MIB } });
    const moving = workload('api', { resources: { memoryBytes: 600 * MIB } });
    const old = { ...moving, resources: { memoryBytes: 500 * MIB } };
    const hosts = [
      host('a', { ...room(1000), running: [{ workload: 'api', ordinal: 1, demand: old }] }),
      host('b', room(1000)),
    ];
    const placements = [
      { workload: 'api', ordinal: 1, host: 'b', reason: '' },
      { workload: 'web', ordinal: 1, host: 'a', reason: '' },
    ];
    const rolling = [
      { workload: 'api', replaced: [1], surge: 0 },
      { workload: 'web', replaced: [1], surge: 0 },
    ];
    expect(rolloutPeak(request(hosts, [grown, moving]), placements, rolling).problems).toEqual([
      {
        host: 'a',
        resource: 'memory',
        summary: 'short of 100 MiB while api and web are replaced',
        suggestion: '100 MiB more on a',
      },
    ]);
  });
});

describe('rebalance', () => {
  const moved = (input: PlacementRequest) =>
    rebalance(input, place(input)).moves.map(
      ({ workload: id, ordinal, from, to, gain }) => `${id}.${ordinal} ${from} → ${to}: ${gain}`,
    );

  it('evens out a workload that stability left on one host', () => {
    const hosts = [host('a', { running: running('web', 1, 2, 3) }), host('b'), host('c')];
    expect(moved(request(hosts, [workload('web', { replicas: 3 })]))).toEqual([
      'web.3 a → b: web: 3 → 2 on host a, 0 → 1 on b',
      'web.2 a → c: web: 2 → 1 on host a, 0 → 1 on c',
    ]);
  });

  it('looks at zones before hosts', () => {
    const hosts = [
      host('a1', { labels: { zone: 'a' }, running: running('web', 1) }),
      host('a2', { labels: { zone: 'a' }, running: running('web', 2) }),
      host('b1', { labels: { zone: 'b' } }),
    ];
    const rules = { spreadOver: ['node.labels.zone'] };
    expect(moved(request(hosts, [workload('web', { replicas: 2, rules })]))).toEqual([
      'web.2 a2 → b1: web: 2 → 1 on node.labels.zone a, 0 → 1 on b',
    ]);
  });

  it('moves reservations off a much fuller host', () => {
    const demand = { resources: { cpus: 1, memoryBytes: 2048 * MIB } };
    const hosts = [host('a', { running: [...running('api', 1), ...running('web', 1)] }), host('b')];
    expect(moved(request(hosts, [workload('api', demand), workload('web', demand)]))).toEqual([
      'api.1 a → b: reserved with it: 50 % on a, 25 % on b',
    ]);
  });

  it.each([
    ['what is even already', request([host('a', { running: running('web', 1) }), host('b')], [workload('web')])],
    [
      'data',
      request(
        [host('a', { running: running('db', 1, 2), volumes: ['data'] }), host('b')],
        [workload('db', { replicas: 2, volumes: ['data'] })],
      ),
    ],
    ['daemons', request([host('a', { running: running('agent', 1) })], [workload('agent', { kind: 'daemon' })])],
  ])('leaves alone %s', (_name, input) => expect(moved(input)).toEqual([]));

  it('gives the placements with the moves made', () => {
    const input = request(
      [host('a', { running: running('web', 1, 2) }), host('b')],
      [workload('web', { replicas: 2 })],
    );
    const { result } = rebalance(input, place(input));
    expect(where(result.placements)).toBe('web.1 a, web.2 b');
    expect(result.placements[1]).toMatchObject({ from: 'a' });
  });
});
