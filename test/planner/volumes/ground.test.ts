import { describe, expect, test } from 'vitest';
import type { DesiredState } from '../../../src/model/desired.ts';
import type { LiveState } from '../../../src/model/live.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { type PlanOptions, plan } from '../../../src/planner/plan.ts';
import { hosts, network, service, stack, volume } from '../build.ts';
import { simulate } from '../simulate.ts';

function planned(desired: DesiredState, live: LiveState, options: Partial<PlanOptions> = {}): Plan {
  const result = plan(desired, live, { toolVersion: '0', images: {}, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

/** `kind host object`, in order. */
const script = ({ steps }: Plan) =>
  steps.map(
    (s) => `${s.kind} ${s.host}${'volume' in s ? ` ${typeof s.volume === 'string' ? s.volume : s.volume.name}` : ''}`,
  );

const db = (id: string) =>
  service('db', {
    container: { mounts: [{ source: { type: 'volume', volume: id }, target: '/data', readOnly: false }] },
  });
const before = stack([db('data')], { volumes: [volume('data')] });
const isBefore = (p: Plan, first: RegExp, second: RegExp) => {
  const lines = script(p);
  const [a, b] = [lines.findIndex((l) => first.test(l)), lines.findIndex((l) => second.test(l))];
  return a >= 0 && b >= 0 && a < b;
};

describe('a volume that moves', () => {
  const live = simulate(hosts('a', 'b'), planned(before, hosts('a', 'b')).steps);
  const move = { volume: 'shop_data', fromHost: 'a', toVolume: 'shop_data', toHost: 'b', keepSource: false };

  test('its user goes with it: stopped, copied, started, and only then is the source removed', () => {
    const moved = planned(before, live, { volumeMoves: [move] });
    expect(isBefore(moved, /^container\.stop a/, /^volume\.copy a shop_data/)).toBe(true);
    expect(isBefore(moved, /^volume\.copy/, /^container\.start b/)).toBe(true);
    expect(isBefore(moved, /^health\.wait b/, /^volume\.remove a shop_data/)).toBe(true);
    const copy = moved.steps.find((s) => s.kind === 'volume.copy');
    const start = moved.steps.find((s) => s.kind === 'container.create');
    expect(start?.after).toContain(copy?.id);
    const after = simulate(live, moved.steps);
    expect(planned(before, after).steps).toEqual([]);
  });

  test('the source stays when it is asked for', () => {
    const moved = planned(before, live, { volumeMoves: [{ ...move, keepSource: true }] });
    expect(script(moved).filter((l) => l.startsWith('volume.remove'))).toEqual([]);
  });

  test.each([
    ['a volume that is not there', { ...move, volume: 'shop_nothing' }, 'volume/missing'],
    ['a host that is not there', { ...move, toHost: 'z' }, 'volume/move-host'],
    ['onto itself', { ...move, toHost: 'a' }, 'volume/target-in-use'],
  ])('%s is refused', (_name, wrong, code) => {
    const result = plan(before, live, { toolVersion: '0', images: {}, volumeMoves: [wrong] });
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code }] });
  });
});

describe('a volume with another name in the file', () => {
  const live = simulate(hosts('a'), planned(before, hosts('a')).steps);
  const after = stack([db('store')], { volumes: [volume('store')] });

  test('is warned of', () => {
    const warnings = planned(after, live).warnings.filter((w) => w.code === 'plan/volume-renamed');
    expect(warnings).toMatchObject([{ fix: expect.stringContaining('--move-volume shop_data=shop_store') }]);
  });

  test('keeps its data when it is told to', () => {
    const move = { volume: 'shop_data', fromHost: 'a', toVolume: 'shop_store', toHost: 'a', keepSource: false };
    const moved = planned(after, live, { volumeMoves: [move] });
    expect(moved.warnings).toEqual([]);
    expect(isBefore(moved, /^container\.stop a/, /^volume\.copy a shop_data/)).toBe(true);
    expect(planned(after, simulate(live, moved.steps)).steps).toEqual([]);
  });

  test('is no matter for scratch space, which every new replica gets empty', () => {
    const pod = (image: string) =>
      service('db', {
        image,
        container: { mounts: [{ source: { type: 'scratch', name: 'tmp' }, target: '/tmp', readOnly: false }] },
        template: { scratch: [{ name: 'tmp', medium: 'disk' }] },
      });
    const running = simulate(hosts('a'), planned(stack([pod('db:1')]), hosts('a')).steps);
    const updated = planned(stack([pod('db:2')]), running);
    expect(script(updated).filter((line) => line.startsWith('volume.'))).toHaveLength(2);
    expect(updated.warnings).toEqual([]);
  });

  test('is not taken for renamed while the file still has the old one', () => {
    const both = stack([db('store')], { volumes: [volume('store'), volume('data')] });
    expect(planned(both, live).warnings).toEqual([]);
  });
});

test('a restore stops and makes anew what uses the volume, and nothing else', () => {
  const two = stack([db('data'), service('web')], { volumes: [volume('data')] });
  const live = simulate(hosts('a'), planned(two, hosts('a')).steps);
  const restore = { volume: 'shop_data', host: 'a', source: '/b.tar', digest: 'sha256:1' };
  const restored = planned(two, live, { volumeRestores: [restore] });
  const volumes = script(restored).filter((l) => l.startsWith('volume.'));
  expect(volumes).toEqual(['volume.remove a shop_data', 'volume.create a shop_data', 'volume.restore a shop_data']);
  expect(isBefore(restored, /^container\.remove a/, /^volume\.remove a/)).toBe(true);
  expect(isBefore(restored, /^volume\.restore/, /^container\.create a/)).toBe(true);
  expect(restored.steps.every((s) => s.workload !== 'web')).toBe(true);
});

test('a network made anew takes its replicas along: they are made anew as well', () => {
  const desired = (subnet: string) =>
    stack([service('web')], { networks: [network('default', { ipam: { config: [{ subnet }], options: {} } })] });
  const live = simulate(hosts('a'), planned(desired('10.1.0.0/24'), hosts('a')).steps);
  const changed = planned(desired('10.2.0.0/24'), live);
  expect(script(changed)).toEqual(
    expect.arrayContaining(['container.remove a', 'network.remove a', 'network.create a', 'container.start a']),
  );
  const after = simulate(live, changed.steps);
  expect(after.hosts[0]?.containers.filter((c) => c.state === 'running')).toHaveLength(1);
  expect(planned(desired('10.2.0.0/24'), after).steps).toEqual([]);
});
