import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../../src/model/desired.ts';
import type { LiveState } from '../../src/model/live.ts';
import type { Plan } from '../../src/model/plan.ts';
import { type PlanOptions, plan } from '../../src/planner/plan.ts';
import { container, endpointOf, hosts, network, ROLLING, service, stack, volume } from './build.ts';
import { simulate } from './simulate.ts';

const OPTIONS: PlanOptions = { toolVersion: '0.0.0', images: {} };

function planned(desired: DesiredState, live: LiveState, options: Partial<PlanOptions> = {}): Plan {
  const result = plan(desired, live, { ...OPTIONS, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

/** Each step as a reviewer would say it: kind, host, object, and the ids it waits for. */
function script(p: Plan): string[] {
  return p.steps.map((s) => {
    const object =
      'replica' in s
        ? `${s.replica.workload}.${s.replica.ordinal}${s.replica.role === 'main' ? '' : `/${s.replica.container}`}`
        : '';
    return `${s.id} ${s.kind} ${s.host} ${object}`.trim() + (s.after.length > 0 ? ` after ${s.after.join(',')}` : '');
  });
}

const STACKS: Record<string, { desired: DesiredState; live: LiveState }> = {
  'one service on one host': { desired: stack([service('web')]), live: hosts('a') },
  'replicas over three hosts': { desired: stack([service('web', { replicas: 5 })]), live: hosts('a', 'b', 'c') },
  'two services that talk across hosts': {
    desired: stack([service('web', { replicas: 3 }), service('api', { replicas: 3 })]),
    live: hosts('a', 'b', 'c'),
  },
  'a volume and a host port': {
    desired: stack(
      [
        service('db', {
          container: { mounts: [{ source: { type: 'volume', volume: 'data' }, target: '/data', readOnly: false }] },
        }),
      ],
      {
        volumes: [volume('data')],
        endpoints: [
          endpointOf(service('db'), [
            { port: 5432, targetPort: 5432, protocol: 'tcp', publish: { via: 'host', hostPort: 5432 } },
          ]),
        ],
      },
    ),
    live: hosts('a', 'b'),
  },
  'a daemon': { desired: stack([service('agent', { workload: { kind: 'daemon' } })]), live: hosts('a', 'b', 'c') },
};

describe('plan, simulate, plan again', () => {
  it.each(Object.entries(STACKS))('%s: gives nothing to do', (_name, { desired, live }) => {
    const first = planned(desired, live);
    expect(first.steps.length).toBeGreaterThan(0);
    const second = planned(desired, simulate(live, first.steps));
    expect(script(second)).toEqual([]);
    expect(second.changes.every((c) => c.action === 'no-op')).toBe(true);
  });

  it.each(Object.entries(STACKS))('%s: shuffled input gives the same bytes', (_name, { desired, live }) => {
    const shuffled: DesiredState = { ...desired, endpoints: [...desired.endpoints].reverse() };
    const reversed: LiveState = { ...live, hosts: [...live.hosts].reverse() };
    const changes = (p: Plan) => JSON.stringify({ ...p, desired: undefined, inputDigest: undefined });
    expect(changes(planned(shuffled, reversed))).toBe(changes(planned(desired, live)));
  });

  it.each(Object.entries(STACKS))(
    '%s: an empty desired state removes all but the volumes',
    (_name, { desired, live }) => {
      const applied = simulate(live, planned(desired, live).steps);
      const gone = simulate(applied, planned(stack([], { networks: [] }), applied, { isDestroy: true }).steps);
      expect(gone.hosts.flatMap((h) => [...h.containers, ...h.networks])).toEqual([]);
      expect(gone.hosts.flatMap((h) => h.volumes).length).toBe(applied.hosts.flatMap((h) => h.volumes).length);
    },
  );
});

describe('input that says nothing', () => {
  it('deletes nothing', () => {
    const live = simulate(hosts('a'), planned(stack([service('web')]), hosts('a')).steps);
    expect(plan(stack([]), live, OPTIONS)).toMatchObject({ ok: false, diagnostics: [{ code: 'plan/empty-input' }] });
  });
});

describe('a changed image', () => {
  const before = stack([service('web', { replicas: 3 })]);
  const live = simulate(hosts('a'), planned(before, hosts('a')).steps);

  it('exchanges one replica at a time, the new one first', () => {
    const after = planned(stack([service('web', { replicas: 3, image: 'web:2' })]), live);
    expect(script(after).filter((s) => /start|stop|wait/.test(s))).toEqual([
      '5 container.start a web.1 after 2',
      '6 health.wait a web.1 after 5',
      '7 container.stop a web.1 after 6',
      '8 container.start a web.2 after 3,7',
      '9 health.wait a web.2 after 8',
      '10 container.stop a web.2 after 9',
      '11 container.start a web.3 after 4,10',
      '12 health.wait a web.3 after 11',
      '13 container.stop a web.3 after 12',
    ]);
    expect(after.guarantees.map((g) => g.text)).toContain('web never below 3 of 3 ready');
  });

  it('names the attribute and both values', () => {
    const after = planned(stack([service('web', { replicas: 3, image: 'web:2' })]), live);
    expect(after.changes[0]).toMatchObject({
      action: 'replace',
      resource: 'web.1',
      cause: 'image changed web:1 → web:2',
      differences: [{ path: 'image', from: 'web:1', to: 'web:2', attribution: 'your change', forcesReplace: true }],
    });
  });

  it('stops first when the file says so, and promises one less', () => {
    const stopFirst = service('web', {
      replicas: 3,
      image: 'web:2',
      workload: { rollout: { ...ROLLING, order: 'stop-first' } },
    });
    const after = planned(stack([stopFirst]), live);
    expect(
      script(after)
        .filter((s) => /start|stop/.test(s))
        .slice(0, 4),
    ).toEqual([
      '5 container.stop a web.1 after 1',
      '6 container.start a web.1 after 2,5',
      '8 container.stop a web.2 after 7',
      '9 container.start a web.2 after 3,8',
    ]);
    expect(after.guarantees.map((g) => g.text)).toContain('web never below 2 of 3 ready');
  });
});

describe('what stays', () => {
  const before = stack([service('web', { replicas: 2 }), service('api')]);
  const live = simulate(hosts('a', 'b'), planned(before, hosts('a', 'b')).steps);

  it('an unrelated service is not touched', () => {
    const after = planned(stack([service('web', { replicas: 2, image: 'web:2' }), service('api')]), live);
    expect(after.steps.filter((s) => s.workload === 'api')).toEqual([]);
  });

  it('scaling up only adds', () => {
    const after = planned(stack([service('web', { replicas: 3 }), service('api')]), live);
    expect(after.steps.filter((s) => /stop|remove/.test(s.kind))).toEqual([]);
  });

  it('a target deletes nothing outside it', () => {
    const after = planned(stack([service('web', { replicas: 2, image: 'web:2' })]), live, { targets: ['web'] });
    expect(after.steps.filter((s) => s.workload === 'api')).toEqual([]);
  });
});

describe('order between workloads', () => {
  it('a dependent starts when what it needs is ready', () => {
    const db = service('db', { container: { health: { test: ['CMD', 'ok'] } } });
    const web = service('web', {
      workload: { dependsOn: [{ workload: 'db', condition: 'healthy', required: true, restart: false }] },
    });
    const steps = script(planned(stack([web, db]), hosts('a')));
    const wait = steps.find((s) => s.includes('health.wait a db.1'))?.split(' ')[0];
    expect(steps.find((s) => s.includes('container.start a web.1'))).toMatch(new RegExp(`after (.*,)?${wait}\\b`));
  });

  it.each<[string, Parameters<typeof service>[1]]>([
    ['process ids', { container: { pid: 'service:db' } }],
    ['memory', { container: { ipc: 'service:db' } }],
    ['a network', { template: { network: { mode: 'workload', workload: 'db' } } }],
    [
      'volumes',
      { container: { mounts: [{ source: { type: 'from-workload', workload: 'db' }, target: '', readOnly: false }] } },
    ],
  ])('who shares %s of another is made after it', (_what, options) => {
    const needs = [{ workload: 'db', condition: 'started', required: true, restart: false }] as const;
    const web = service('web', { ...options, workload: { dependsOn: needs } });
    const { steps } = planned(stack([service('db'), web]), hosts('a'));
    const madeOf = (workload: string) => steps.find((s) => s.kind === 'container.create' && s.workload === workload);
    const after = madeOf('web')?.after ?? [];
    expect(after).toContain(madeOf('db')?.id);
  });

  it('a cycle is an error that names it', () => {
    const needs = (id: string) => [{ workload: id, condition: 'started', required: true, restart: false }] as const;
    const result = plan(
      stack([
        service('a', { workload: { dependsOn: needs('b') } }),
        service('b', { workload: { dependsOn: needs('a') } }),
      ]),
      hosts('h'),
      OPTIONS,
    );
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'plan/depends-on-cycle', detail: 'a → b → a' }] });
  });
});

describe('networks', () => {
  it('span hosts as an overlay in a swarm that is planned', () => {
    const p = planned(STACKS['two services that talk across hosts']?.desired as DesiredState, hosts('a', 'b', 'c'));
    expect(p.steps.filter((s) => s.kind.startsWith('swarm')).map((s) => `${s.kind} ${s.host}`)).toEqual([
      'swarm.init a',
      'swarm.join b',
      'swarm.join c',
    ]);
    expect(p.steps.filter((s) => s.kind === 'network.create').map((s) => s.network.driver)).toEqual(['overlay']);
  });

  it('an external one that is missing is an error', () => {
    const desired = stack([service('web')], { networks: [network('default', { external: true })] });
    expect(plan(desired, hosts('a'), OPTIONS)).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'plan/external-network-missing' }],
    });
  });
});

describe('lifecycle hooks', () => {
  const hooks = {
    postStart: [{ type: 'exec', command: ['warm-up'] }],
    preStop: [
      { type: 'sleep', seconds: 5 },
      { type: 'exec', command: ['say-bye'] },
    ],
  } as const;
  const desired = (image: string) => stack([service('web', { image, container: { hooks } })]);

  it('run after the start and before the replica counts, and before the stop', () => {
    const live = simulate(hosts('a'), planned(desired('web:1'), hosts('a')).steps);
    const kinds = planned(desired('web:2'), live).steps.map((s) => s.kind);
    const order = ['container.start', 'hook.exec', 'health.wait', 'rollout.delay', 'hook.exec', 'container.stop'];
    expect(kinds.filter((kind) => order.includes(kind))).toEqual(order);
  });

  it('that nobody can run from outside are named', () => {
    const http = { type: 'http', action: { type: 'http', scheme: 'http', port: 80, path: '/', headers: [] } } as const;
    const warned = planned(stack([service('web', { container: { hooks: { postStart: [http] } } })]), hosts('a'));
    expect(warned.warnings).toMatchObject([{ code: 'plan/hook-not-run', where: 'workload web' }]);
  });
});

describe('a new generation made of the same as the old one', () => {
  const limited = { resources: { reservations: {}, limits: { memoryBytes: 100_000_000 } } };

  it('gets another name when a limit is taken away, and the plan after it has nothing to do', () => {
    const live = hosts('a');
    const before = simulate(live, planned(stack([service('web', { container: limited })]), live).steps);
    const desired = stack([service('web')]);
    const p = planned(desired, before);
    const created = p.steps.flatMap((s) => (s.kind === 'container.create' ? [s.spec.name] : []));
    const removed = p.steps.flatMap((s) => (s.kind === 'container.remove' ? [s.container] : []));
    expect(created).toHaveLength(1);
    expect(removed).toHaveLength(1);
    expect(created).not.toEqual(removed);
    expect(script(planned(desired, simulate(before, p.steps)))).toEqual([]);
  });

  it('gets other names for all containers of a pod, of which one is gone', () => {
    const pod = service('web', { template: { scratch: [{ name: 'tmp', medium: 'disk' }] } });
    const scratch = { source: { type: 'scratch', name: 'tmp' }, target: '/tmp', readOnly: false } as const;
    const template = {
      ...pod.template,
      containers: ['app', 'helper'].map((name) => container(name, `${name}:1`, { mounts: [scratch] })),
    };
    const desired = stack([{ ...pod, template }]);
    const made = simulate(hosts('a'), planned(desired, hosts('a')).steps);
    const torn: LiveState = {
      ...made,
      hosts: made.hosts.map((h) => ({ ...h, containers: h.containers.filter((c) => !c.name.includes('helper')) })),
    };
    const p = planned(desired, torn);
    const old = new Set(torn.hosts.flatMap((h) => h.containers.map((c) => c.name)));
    for (const s of p.steps) if (s.kind === 'container.create') expect(old).not.toContain(s.spec.name);
    expect(script(planned(desired, simulate(torn, p.steps)))).toEqual([]);
  });
});

describe('a container that an interrupted run left half made', () => {
  it('gets its files before it is started', () => {
    const config = { id: 'motd', name: 'motd', digest: `sha256:${'0'.repeat(64)}`, external: false, labels: {} };
    const file = { target: '/etc/motd', mode: 0o444, source: { payload: { kind: 'config', id: 'motd' } } } as const;
    const desired = stack([service('web', { container: { files: [file] } })], { configs: [config] });
    const whole = planned(desired, hosts('a'));
    const half = simulate(
      hosts('a'),
      whole.steps.filter((s) => s.kind !== 'container.start'),
    );
    const names = half.hosts.flatMap((h) => h.containers.map((c) => c.name));
    const p = planned(desired, half);
    expect(p.steps.map((s) => s.kind)).toEqual(['container.create', 'container.start', 'health.wait']);
    expect(p.steps.flatMap((s) => (s.kind === 'container.create' ? [s.spec.name] : []))).toEqual(names);
  });
});
