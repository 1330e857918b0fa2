import { describe, expect, it } from 'vitest';
import { shareWeights } from '../../../src/planner/rollout/switch-over.ts';
import { simulate } from '../simulate.ts';
import { applied, kinds, planned, runToPause, web } from './rollouts.ts';

const rollout = {
  strategy: 'canary',
  canary: [{ weightPercent: 10 }, { pause: 'until-promoted' }, { weightPercent: 50 }, { pause: 'until-promoted' }],
} as const;
const one = web({ rollout });
const two = web({ rollout, image: 'web:2' });

function paused() {
  const live = applied(one, 'a');
  return runToPause(live, planned(two, live).steps);
}

describe('a canary that waits', () => {
  it('stays as it is when the same files are applied, and says so', () => {
    const plan = planned(two, paused());
    expect(plan.steps).toEqual([]);
    expect(plan.warnings.map((w) => w.code)).toContain('rollout/paused');
  });

  it('goes on to its next pause when it is promoted', () => {
    const live = paused();
    const next = planned(two, live, { promoted: ['web'] });
    const pauses = next.steps.filter((s) => s.kind === 'rollout.pause');
    expect(pauses.map((p) => p.kind === 'rollout.pause' && p.progress?.passed)).toEqual([4]);
    const after = runToPause(live, next.steps);
    const last = planned(two, after, { promoted: ['web'] });
    expect(last.steps.some((s) => s.kind === 'rollout.pause')).toBe(false);
    const end = simulate(after, last.steps);
    expect(planned(two, end).steps).toEqual([]);
    expect(end.hosts[0]?.containers.filter((c) => c.image === 'web:1')).toEqual([]);
  });

  it('keeps what runs of the new set when it goes on', () => {
    const live = paused();
    const fresh = live.hosts[0]?.containers.filter((c) => c.image === 'web:2' && c.state === 'running');
    expect(fresh).toHaveLength(1);
    const stops = planned(two, live, { promoted: ['web'] }).steps.flatMap((s) =>
      s.kind === 'container.stop' ? [s.container] : [],
    );
    expect(stops).not.toContain(fresh?.[0]?.name);
  });

  it('goes back when the old files are applied', () => {
    const live = paused();
    const back = planned(one, live);
    expect(kinds(back)).not.toContain('container.create');
    const end = simulate(live, back.steps);
    expect(end.hosts[0]?.containers.filter((c) => c.image === 'web:2')).toEqual([]);
    expect(planned(one, end).steps).toEqual([]);
  });

  it('begins anew when it was taken back before', () => {
    const live = paused();
    const back = simulate(live, planned(one, live).steps);
    const pauses = planned(two, back).steps.flatMap((s) => (s.kind === 'rollout.pause' ? [s.progress?.passed] : []));
    expect(pauses).toEqual([2, 4]);
  });

  it('begins anew when yet another release is applied', () => {
    const next = planned(web({ rollout, image: 'web:3' }), paused());
    const pauses = next.steps.flatMap((s) => (s.kind === 'rollout.pause' ? [s.progress?.passed] : []));
    expect(pauses).toEqual([2, 4]);
  });
});

describe('weights for a share', () => {
  const cases = [5, 10, 25, 33, 50, 75, 95].flatMap((percent) =>
    [1, 2, 3, 7].flatMap((fresh) => [1, 3, 10].map((old) => ({ percent, fresh, old }))),
  );
  it.each(cases)('$percent % to $fresh beside $old', ({ percent, fresh, old }) => {
    const weights = shareWeights(percent, fresh, old);
    const share = (100 * weights.fresh * fresh) / (weights.fresh * fresh + weights.old * old);
    expect(Math.abs(share - percent)).toBeLessThan(1);
    expect(Math.max(weights.fresh, weights.old)).toBeLessThanOrEqual(256);
  });

  it('either set alone gets everything', () => {
    expect(shareWeights(10, 2, 0).fresh).toBeGreaterThan(0);
    expect(shareWeights(100, 2, 3)).toMatchObject({ old: 0 });
  });
});
