import { describe, expect, test } from 'vitest';
import type { Claim } from '../../../src/executors/ledger/lock/claim.ts';
import { describeHolder, isGone, markProcess } from '../../../src/executors/ledger/lock/holder.ts';
import { LockWatch } from '../../../src/executors/ledger/lock/watch.ts';

const MINUTE = 60_000;

function claim(change: Partial<Claim> & { age?: number; count?: number } = {}): Claim {
  const { age = 0, count = 1, ...rest } = change;
  return {
    host: 'a',
    id: 'x',
    data: { nonce: 'n', holder: { user: 'ann', host: 'laptop' }, sinceMs: 0, leaseSeconds: 30, token: 1 },
    isForeign: false,
    beat: { count, engineTimeMs: 1_000_000 - age },
    engineNowMs: 1_000_000,
    createdMs: 0,
    ...rest,
  };
}

describe('a lock is expired', () => {
  test('when its sign of life does not change for a lease, whatever the clocks say', () => {
    const skewed = claim({ engineNowMs: 1_000_000 - 10 * MINUTE });
    const watch = new LockWatch();
    expect(watch.isExpired([skewed], 0)).toBe(false);
    expect(watch.isExpired([skewed], 29_000)).toBe(false);
    expect(watch.isExpired([skewed], 31_000)).toBe(true);
  });

  test('not while it changes', () => {
    const watch = new LockWatch();
    for (let second = 0; second < 300; second += 10) {
      expect(watch.isExpired([claim({ count: second })], second * 1000)).toBe(false);
    }
  });

  test('at once when it is old by the clock of the engine that keeps it', () => {
    expect(new LockWatch().isExpired([claim({ age: MINUTE })], 0)).toBe(true);
    expect(new LockWatch().isExpired([claim({ age: 40_000 })], 0)).toBe(false);
    expect(new LockWatch().isExpired([claim({ age: MINUTE }), claim({ host: 'b' })], 0)).toBe(false);
  });

  test('at once when its holder was a process of this machine that is gone', () => {
    const here = markProcess();
    if (here === undefined || claim().data === undefined) return;
    const held = (pid: number, startTicks: string) =>
      claim({ data: { ...(claim().data as NonNullable<Claim['data']>), process: { ...here, pid, startTicks } } });
    expect(new LockWatch().isExpired([held(here.pid, here.startTicks)], 0)).toBe(false);
    expect(new LockWatch().isExpired([held(here.pid, '1')], 0)).toBe(true);
    expect(isGone({ ...here, pid: 2 ** 22 + 1 })).toBe(true);
    expect(isGone({ ...here, pid: 2 ** 22 + 1, bootId: 'another' })).toBe(false);
  });

  test('never when its label is garbage', () => {
    expect(new LockWatch().isExpired([claim({ data: undefined, age: 100 * MINUTE })], 0)).toBe(false);
  });
});

test.each([
  [{ CI_JOB_URL: 'https://git.example/j/1' }, 'https://git.example/j/1'],
  [
    { GITHUB_SERVER_URL: 'https://git.example', GITHUB_REPOSITORY: 'a/b', GITHUB_RUN_ID: '7' },
    'https://git.example/a/b/actions/runs/7',
  ],
  [{}, undefined],
])('%j is the CI run %s', (env, expected) => {
  expect(describeHolder(env).ciUrl).toBe(expected);
});
