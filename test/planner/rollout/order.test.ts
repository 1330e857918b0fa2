import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../../../src/model/desired.ts';
import { endpointOf, ROLLING, service, stack, volume } from '../build.ts';
import { applied, PUBLISHED, planned, type Release, web } from './rollouts.ts';

/** What the plan says of the order when the image changes. */
function orderOf(make: (image: string) => DesiredState): string[] {
  const live = applied(make('web:1'), 'a', 'b');
  return planned(make('web:2'), live)
    .guarantees.filter((g) => g.type === 'order' || g.type === 'downtime')
    .map((g) => g.text);
}

const CASES: { name: string; release: Release; expected: string[] }[] = [
  { name: 'several replicas', release: { replicas: 2 }, expected: ['web: start-first, nothing forbids it'] },
  {
    name: 'one replica with a published port',
    release: { replicas: 1 },
    expected: [
      'web: stop-first, host port 80 cannot be held twice',
      'web is down while it is exchanged: stop-first, host port 80 cannot be held twice',
    ],
  },
  {
    name: 'one replica that shall start first',
    release: { replicas: 1, rollout: { order: 'start-first' } },
    expected: ['web: start-first, as the file says'],
  },
  {
    name: 'one replica by the gateway',
    release: { replicas: 1, port: { publish: { via: 'gateway', hostPort: 80 } } },
    expected: ['web: start-first, nothing forbids it'],
  },
  {
    name: 'stop-first by the file',
    release: { replicas: 2, rollout: { order: 'stop-first' } },
    expected: ['web: stop-first, as the file says'],
  },
  {
    name: 'blue-green',
    release: { replicas: 1, rollout: { strategy: 'blue-green' } },
    expected: ['web: blue-green, start-first, the strategy is blue-green'],
  },
];

describe('the order of an exchange', () => {
  it.each(CASES)('$name', ({ release, expected }) => {
    expect(orderOf((image) => web({ ...release, image }))).toEqual(expected);
  });

  it('one writer of a volume', () => {
    const db = (image: string) => {
      const mounts = [{ source: { type: 'volume', volume: 'data' }, target: '/data', readOnly: false }] as const;
      return stack([service('db', { image, container: { mounts } })], { volumes: [volume('data')] });
    };
    const why = 'stop-first, its volume data has one writer';
    expect(orderOf(db)).toEqual([`db: ${why}`, `db is down while it is exchanged: ${why}`]);
  });

  it('a strategy with two sets where a port can be held once only is a warning', () => {
    const make = (image: string) =>
      web({
        image,
        replicas: 1,
        rollout: { strategy: 'blue-green' },
        port: { publish: { via: 'host', hostPort: 80 } },
      });
    const live = applied(make('web:1'), 'a');
    expect(planned(make('web:2'), live).warnings.map((w) => w.code)).toContain('rollout/two-sets-impossible');
  });
});

describe('the way of a published port', () => {
  const via = (release: Release, names: readonly string[] = ['a']) => {
    const live = applied(web(release), ...names);
    return live.hosts.some((h) => h.containers.some((c) => c.name === 'stowage-gateway')) ? 'gateway' : 'host';
  };
  it.each([
    { name: 'several replicas', release: { replicas: 2 }, expected: 'gateway' },
    { name: 'one replica', release: { replicas: 1 }, expected: 'host' },
    {
      name: 'one replica, start-first',
      release: { replicas: 1, rollout: { order: 'start-first' } },
      expected: 'gateway',
    },
    { name: 'one replica, canary', release: { replicas: 1, rollout: { strategy: 'canary' } }, expected: 'gateway' },
    { name: 'UDP', release: { replicas: 2, port: { protocol: 'udp' } }, expected: 'host' },
    {
      name: 'a port the engine chooses',
      release: { replicas: 2, port: { publish: { via: 'auto', hostPort: 0 } } },
      expected: 'host',
    },
    { name: 'a daemon', release: { workload: { kind: 'daemon' } }, expected: 'host' },
  ] as { name: string; release: Release; expected: string }[])('$name: $expected', ({ release, expected }) => {
    expect(via(release, release.replicas === 2 ? ['a', 'b'] : ['a'])).toBe(expected);
  });

  it('from the host to the gateway and back: the holder goes first, and the plan ends', () => {
    const one = web({ replicas: 1 });
    const two = web({ replicas: 2 });
    const live = applied(one, 'a');
    const up = planned(two, live);
    const stop = up.steps.find((s) => s.kind === 'container.stop')?.id ?? 0;
    const configure = up.steps.find((s) => s.kind === 'gateway.configure');
    expect(configure?.after).toContain(stop);
    const grown = applied(two, 'a');
    const down = planned(one, grown);
    const release = down.steps.find((s) => s.kind === 'gateway.configure')?.id ?? 0;
    expect(down.steps.find((s) => s.kind === 'container.start')?.after).toContain(release);
  });
});

describe('hooks', () => {
  const migrated = (image: string) => {
    const app = service('web', { image, replicas: 2, workload: { rollout: ROLLING } });
    const job = { kind: 'job', job: { parallelism: 1, backoffLimit: 0 }, dependsOn: [] } as const;
    const migrate = service('migrate', { image, workload: { ...job, hook: 'pre-deploy' } });
    const after = service('warm', { image, workload: { ...job, hook: 'post-deploy' } });
    return stack([app, migrate, after], { endpoints: [endpointOf(app, [PUBLISHED])] });
  };

  it('a migration ends before any replica changes, and the last hook runs after all', () => {
    const live = applied(migrated('web:1'), 'a');
    const { steps } = planned(migrated('web:2'), live);
    const done = steps.find((s) => s.kind === 'health.wait' && s.workload === 'migrate')?.id ?? 0;
    const firstWeb = steps.findIndex((s) => s.workload === 'web' && s.kind === 'container.start');
    expect(steps.findIndex((s) => s.id === done)).toBeLessThan(firstWeb);
    expect(steps[firstWeb]?.after).toContain(done);
    const warm = steps.findIndex((s) => s.workload === 'warm' && s.kind === 'container.start');
    expect(warm).toBeGreaterThan(firstWeb);
  });

  it('hooks do not run when nothing changes', () => {
    const live = applied(migrated('web:1'), 'a');
    expect(planned(migrated('web:1'), live).steps).toEqual([]);
  });
});
