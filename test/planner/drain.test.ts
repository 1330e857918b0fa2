import { describe, expect, it } from 'vitest';
import type { DesiredState, DisruptionBudget, RolloutPolicy, Workload } from '../../src/model/desired.ts';
import type { LiveHost, LiveState } from '../../src/model/live.ts';
import type { Plan } from '../../src/model/plan.ts';
import { type PlanOptions, type PlanResult, plan } from '../../src/planner/plan.ts';
import { imagine } from '../../src/planner/what-if.ts';
import { endpointOf, hosts, ROLLING, service, stack, volume } from './build.ts';
import { simulate } from './simulate.ts';

const OPTIONS: PlanOptions = { toolVersion: '0.0.0', images: {} };
const MIB = 1024 ** 2;

function ok(result: PlanResult): Plan {
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

function applied(desired: DesiredState, live: LiveState): LiveState {
  return simulate(live, ok(plan(desired, live, OPTIONS)).steps);
}

/** The live state with one host marked, and the plan that empties it. */
function drained(desired: DesiredState, live: LiveState, host: string): Plan {
  const marked = imagine(live, { without: [], drain: [host], addHosts: [] });
  return ok(plan(desired, marked, { ...OPTIONS, drain: { host, isMarked: false } }));
}

const minReady = ({ guarantees }: Plan, workload = 'web') =>
  guarantees.find((g) => g.type === 'min-ready' && g.subject === workload)?.value;
const moved = ({ changes }: Plan) => changes.filter((c) => c.action === 'move').map((c) => `${c.resource} → ${c.host}`);
const web = (replicas: number, rollout: Partial<RolloutPolicy> = {}, more: Partial<Workload> = {}) =>
  service('web', { replicas, workload: { rollout: { ...ROLLING, ...rollout }, ...more } });

describe('a plan that drains a host', () => {
  it('marks it first, and stops nothing before that', () => {
    const desired = stack([web(3)]);
    const { steps } = drained(desired, applied(desired, hosts('a', 'b', 'c')), 'c');
    const mark = steps.find((s) => s.kind === 'host.mark');
    expect(mark).toMatchObject({ host: 'c', cordoned: true, drained: true });
    const before = new Set<number>();
    const visit = (id: number) => {
      before.add(id);
      for (const next of steps.find((s) => s.id === id)?.after ?? []) visit(next);
    };
    for (const stop of steps.filter((s) => s.kind === 'container.stop')) visit(stop.id);
    expect(before).toContain(mark?.id);
  });

  it('leaves the host empty, and there is nothing more to do', () => {
    const desired = stack([web(4)]);
    const live = applied(desired, hosts('a', 'b', 'c'));
    const after = simulate(live, drained(desired, live, 'a').steps);
    const host = after.hosts.find((h) => h.name === 'a');
    expect(host?.containers).toEqual([]);
    const marked = imagine(after, { without: [], drain: ['a'], addHosts: [] });
    expect(ok(plan(desired, marked, OPTIONS)).steps).toEqual([]);
  });

  it('moves what can move; what cannot stays, and the next plan is not in its way', () => {
    const data = {
      mounts: [{ source: { type: 'volume', volume: 'data' }, target: '/data', readOnly: false }],
    } as const;
    const desired = stack([service('db', { container: data }), web(2)], { volumes: [volume('data')] });
    const live = applied(desired, hosts('a', 'b'));
    const home = live.hosts.find((h) => h.volumes.length > 0)?.name ?? '';
    const result = drained(desired, live, home);
    expect(moved(result)).toHaveLength(1);
    expect(result.warnings).toMatchObject([{ code: 'drain/stays', where: `db.1 on ${home}` }]);
    expect(result.warnings[0]?.why).toContain('1 drained');
    const marked = imagine(simulate(live, result.steps), { without: [], drain: [home], addHosts: [] });
    expect(ok(plan(desired, marked, OPTIONS)).steps).toEqual([]);
  });

  it('puts nothing new on it: what would be made anew there is refused, with the way out', () => {
    const data = {
      mounts: [{ source: { type: 'volume', volume: 'data' }, target: '/data', readOnly: false }],
    } as const;
    const db = (image: string) => stack([service('db', { image, container: data })], { volumes: [volume('data')] });
    const live = imagine(applied(db('db:1'), hosts('a', 'b')), { without: [], drain: ['a'], addHosts: [] });
    const result = plan(db('db:2'), live, OPTIONS);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'placement/no-host' }] });
    expect(result.ok || result.diagnostics[0]?.fix).toBe(
      'open the host again (stowage hosts uncordon a), or add another',
    );
  });

  it.each<[string, Partial<RolloutPolicy>, number]>([
    ['start-first: none is missing', { order: 'start-first' }, 4],
    ['stop-first, one at a time', { order: 'stop-first' }, 3],
    ['stop-first, two at a time', { order: 'stop-first', parallelism: 2 }, 2],
    ['maxUnavailable 25%', { maxSurge: 0, maxUnavailable: '25%' }, 3],
    ['recreate: nothing is recreated, so one at a time', { strategy: 'recreate' }, 3],
    ['blue-green: no second set', { strategy: 'blue-green' }, 4],
    ['canary: no step and no pause', { strategy: 'canary', canary: [{ pause: 'until-promoted' }] }, 4],
  ])('keeps to the update policy: %s', (_name, rollout, ready) => {
    const desired = stack([web(4, rollout)]);
    const result = drained(desired, applied(desired, hosts('a', 'b')), 'a');
    expect(moved(result)).toHaveLength(2);
    expect(minReady(result)).toBe(ready);
    expect(result.steps.filter((s) => s.kind === 'rollout.pause')).toEqual([]);
  });

  it.each<[string, Partial<DisruptionBudget>, Partial<RolloutPolicy>, number]>([
    ['minAvailable 3', { minAvailable: 3 }, { order: 'stop-first', parallelism: 2 }, 3],
    ['minAvailable 75%', { minAvailable: '75%' }, { order: 'stop-first', parallelism: 2 }, 3],
    ['maxUnavailable 1', { maxUnavailable: 1 }, { order: 'stop-first', parallelism: 2 }, 3],
    ['minAvailable 2', { minAvailable: 2 }, { order: 'stop-first', parallelism: 2 }, 2],
    ['minAvailable 4, with a surge instead', { minAvailable: 4 }, { maxSurge: 0, maxUnavailable: 1 }, 4],
  ])('keeps to the disruption budget: %s', (_name, budget, rollout, ready) => {
    const desired = stack([web(4, rollout)], { disruptionBudgets: [{ id: 'web', workloads: ['web'], ...budget }] });
    const result = drained(desired, applied(desired, hosts('a', 'b')), 'a');
    expect(moved(result)).toHaveLength(2);
    expect(minReady(result)).toBe(ready);
  });

  it('moves nothing where the budget lets none be down and two cannot be up', () => {
    const port = { port: 80, targetPort: 80, protocol: 'tcp', publish: { via: 'host', hostPort: 80 } } as const;
    const desired = stack([web(2)], {
      endpoints: [endpointOf(web(2), [port])],
      disruptionBudgets: [{ id: 'front', workloads: ['web'], minAvailable: '100%' }],
    });
    const result = drained(desired, applied(desired, hosts('a', 'b', 'c')), 'a');
    expect(moved(result)).toEqual([]);
    expect(result.warnings[0]?.why).toBe(
      'disruption budget front lets none be down, and two cannot be up at once: host port 80 cannot be held twice',
    );
  });
});

describe('a host that takes nothing new', () => {
  it('keeps what runs there, and gives up what is made anew', () => {
    const desired = (image: string) => stack([service('web', { image, replicas: 2 })]);
    const live = applied(desired('web:1'), hosts('a', 'b'));
    const closed = {
      ...live,
      hosts: live.hosts.map((h) => (h.name === 'a' ? { ...h, marks: { cordoned: true, drained: false } } : h)),
    };
    expect(ok(plan(desired('web:1'), closed, OPTIONS)).steps).toEqual([]);
    const update = ok(plan(desired('web:2'), closed, OPTIONS));
    expect(update.placements.map((p) => p.host)).toEqual(['b', 'b']);
    expect(moved(update)).toHaveLength(1);
  });
});

describe('the worst moment of a rollout', () => {
  const reserved = (image: string, rollout: Partial<RolloutPolicy>) =>
    service('web', {
      image,
      replicas: 2,
      container: { resources: { reservations: { memoryBytes: 3000 * MIB }, limits: {} } },
      workload: { rollout: { ...ROLLING, ...rollout } },
    });

  it.each<[string, Partial<RolloutPolicy>, string]>([
    ['start-first', { order: 'start-first' }, 'it fits with order: stop-first for web'],
    ['maxSurge', { maxSurge: '100%', maxUnavailable: 0 }, 'it fits with order: stop-first for web'],
  ])('is refused where it does not fit: %s', (_name, rollout, fix) => {
    const live = applied(stack([reserved('web:1', rollout)]), hosts('a'));
    const result = plan(stack([reserved('web:2', rollout)]), live, OPTIONS);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'placement/peak', where: 'host a', fix }] });
  });

  it('is promised where it fits', () => {
    const rollout = { order: 'stop-first' } as const;
    const live = applied(stack([reserved('web:1', rollout)]), hosts('a'));
    const { guarantees } = ok(plan(stack([reserved('web:2', rollout)]), live, OPTIONS));
    expect(guarantees.map((g) => g.text)).toContain('peak memory reserved on a: 74 %');
  });

  it('counts old and new together, host by host', () => {
    const rollout = { order: 'start-first' } as const;
    const live = applied(stack([reserved('web:1', rollout)]), hosts('a', 'b'));
    const { guarantees } = ok(plan(stack([reserved('web:2', rollout)]), live, OPTIONS));
    const peaks = guarantees.filter((g) => g.type === 'peak-memory').map((g) => g.text);
    expect(peaks).toEqual(['peak memory reserved on a: 74 %', 'peak memory reserved on b: 74 %']);
  });

  it('does not mind a host that others have filled and the rollout leaves alone', () => {
    const rollout = { order: 'start-first' } as const;
    const desired = (image: string) => stack([reserved(image, rollout)]);
    const live = applied(desired('web:1'), hosts('a', 'b'));
    const [other] = live.hosts[0]?.containers ?? [];
    if (other === undefined) throw new Error('nothing runs');
    const foreign = { ...other, labels: {}, reserved: { memoryBytes: 9000 * MIB } };
    const full = {
      ...live,
      hosts: [...live.hosts, { ...live.hosts[0], name: 'c', containers: [foreign] } as LiveHost],
    };
    expect(moved(ok(plan(desired('web:2'), full, OPTIONS)))).toEqual([]);
  });
});

describe('a drain that failed', () => {
  it('is taken back by opening the host: what serves stays, what never did goes', () => {
    const desired = stack([web(2, { order: 'start-first' })]);
    const live = applied(desired, hosts('a', 'b'));
    const ran = drained(desired, live, 'b').steps.filter(
      (s) => s.kind !== 'container.stop' && s.kind !== 'container.remove',
    );
    const failed = simulate(live, ran);
    const sick = failed.hosts.map((h) =>
      h.name === 'a'
        ? { ...h, containers: h.containers.map((c, i) => (i === 0 ? c : { ...c, health: 'unhealthy' as const })) }
        : h,
    );
    const back = ok(plan(desired, { ...failed, hosts: sick }, OPTIONS));
    expect(back.placements.map((p) => p.host).sort()).toEqual(['a', 'b']);
    expect(back.steps.filter((s) => s.kind === 'container.remove').map((s) => s.host)).toEqual(['a']);
  });
});

describe('a host that is left out', () => {
  const data = { mounts: [{ source: { type: 'volume', volume: 'data' }, target: '/data', readOnly: false }] } as const;
  const desired = stack([service('db', { container: data }), web(2)], { volumes: [volume('data')] });
  const live = applied(desired, hosts('a', 'b'));
  const { placements } = ok(plan(desired, live, OPTIONS));
  const home = placements.find((p) => p.workload === 'db')?.host ?? '';
  const rest = imagine(live, { without: [home], drain: [], addHosts: [] });
  const away = placements.filter((p) => p.host === home);

  it('has its replicas started elsewhere, but none with an empty volume', () => {
    const result = ok(plan(desired, rest, { ...OPTIONS, away }));
    expect(result.steps.map((s) => s.kind)).not.toContain('volume.create');
    expect(result.changes.filter((c) => c.kind === 'replica' && c.action === 'create').map((c) => c.workload)).toEqual([
      'web',
    ]);
    expect(result.placements.find((p) => p.workload === 'db')?.host).toBe(home);
    expect(result.warnings).toMatchObject([{ code: 'placement/data-away', where: `db.1 on ${home}` }]);
  });

  it('has nothing twice once it is back', () => {
    const moved = simulate(rest, ok(plan(desired, rest, { ...OPTIONS, away })).steps);
    const back = { ...moved, hosts: [...moved.hosts, ...live.hosts.filter((h) => h.name === home)] };
    const settled = simulate(back, ok(plan(desired, back, OPTIONS)).steps);
    const names = settled.hosts.flatMap((h) => h.containers.map((c) => c.labels['io.stowage.workload'])).sort();
    expect(names).toEqual(['db', 'web', 'web']);
    expect(ok(plan(desired, settled, OPTIONS)).steps).toEqual([]);
  });
});
