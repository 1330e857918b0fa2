import { describe, expect, test } from 'vitest';
import type { RolloutPolicy } from '../../../src/model/desired.ts';
import type { Step } from '../../../src/model/step.ts';
import { ROLLING } from '../build.ts';
import { applied, planned, type Release, web } from './rollouts.ts';

function next(release: Release, options = {}) {
  return planned(web({ ...release, image: 'web:2' }), applied(web(release), 'a', 'b'), options);
}

function waits(steps: readonly Step[]): (number | undefined)[] {
  return steps.flatMap((s) => (s.kind === 'health.wait' ? [s.mayFail] : []));
}

function promise(release: Release): string {
  return next(release)
    .guarantees.map((g) => g.text)
    .join('\n');
}

describe('failures a rollout bears', () => {
  test.each([
    ['none', {}, undefined],
    ['a third', { maxFailureRatio: 0.34 }, 1],
    ['less than one replica', { maxFailureRatio: 0.3 }, undefined],
    ['two thirds', { maxFailureRatio: 2 / 3 }, 2],
    ['all', { failureAction: 'continue' }, 3],
  ] as const)('%s', (_name, rollout: Partial<RolloutPolicy>, mayFail) => {
    expect(waits(next({ rollout }).steps)).toEqual([mayFail, mayFail, mayFail]);
  });

  test('are counted in the promise', () => {
    expect(promise({ rollout: { maxFailureRatio: 0.34 } })).toContain('web never below 2 of 3 ready');
    expect(promise({ rollout: { maxFailureRatio: 0.34 } })).toContain('goes on while no more than 1 of 3 fail');
    expect(promise({ rollout: { failureAction: 'continue' } })).toContain('web never below 0 of 3 ready');
  });
});

describe('going back', () => {
  const all = { ...ROLLING, parallelism: 0, order: 'stop-first' } as const;

  test('follows rollback_config where there is one, and the file keeps its policy', () => {
    const release = { rollout: { order: 'start-first' }, workload: { rollout: ROLLING, rollback: all } } as const;
    expect(next(release).guarantees.find((g) => g.type === 'min-ready')?.value).toBe(3);
    const undone = next(release, { isUndo: true });
    expect(undone.guarantees.find((g) => g.type === 'min-ready')?.value).toBe(0);
    expect(undone.desired.workloads[0]?.rollout).toEqual(ROLLING);
  });

  test('a canary does not wait for anybody on the way back', () => {
    const release: Release = {
      rollout: { strategy: 'canary', canary: [{ weightPercent: 10 }, { pause: 'until-promoted' }] },
    };
    expect(next(release).steps.some((s) => s.kind === 'rollout.pause')).toBe(true);
    const undone = next(release, { isUndo: true });
    expect(undone.steps.some((s) => s.kind === 'rollout.pause')).toBe(false);
    expect(undone.guarantees.find((g) => g.type === 'min-ready')?.value).toBe(3);
  });
});
