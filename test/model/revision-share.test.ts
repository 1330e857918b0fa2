import { describe, expect, it } from 'vitest';
import type { RevisionRecord } from '../../src/model/revision.ts';
import { appliedShare, resumedIds, unfinishedRevision } from '../../src/model/revision-share.ts';

type Status = NonNullable<RevisionRecord['outcome']>['status'];

function record(steps: number, done: readonly number[], status?: Status): RevisionRecord {
  const revision = {
    number: 1,
    steps: Array.from({ length: steps }, (_, i) => i + 1),
  } as unknown as RevisionRecord['revision'];
  const outcome = status && { status, endedAtMs: 0, done, failed: [], notStarted: [] };
  return { revision, journal: { done, failed: [], open: [] }, ...(outcome && { outcome }) };
}

describe('a revision that did not come to its end', () => {
  it.each([
    [undefined, true],
    ['interrupted', true],
    ['failed', true],
    ['paused', false],
    ['rolled-back', false],
    ['done', false],
  ] as const)('outcome %s: %s', (status, expected) => {
    expect(unfinishedRevision([record(4, [1], status)]) !== undefined).toBe(expected);
  });

  it('is the last one only', () => {
    expect(unfinishedRevision([record(4, [1]), record(4, [1, 2, 3, 4], 'done')])).toBeUndefined();
  });

  it.each([
    [5, [1, 2, 3], 60],
    [3, [], 0],
    [0, [], 0],
    [3, [1, 2], 66],
  ])('of %i steps %j are done: %i %%', (steps, done, share) => {
    expect(appliedShare(record(steps, done))).toBe(share);
  });

  it('counts the steps of the run that goes on as those that were open', () => {
    expect([...resumedIds(record(5, [1, 3]), [1, 2, 3, 4])]).toEqual([
      [1, 2],
      [2, 4],
      [3, 5],
    ]);
  });
});
