import { describe, expect, test } from 'vitest';
import type { DesiredState } from '../../src/model/desired.ts';
import { overridesBeside, overridesOf } from '../../src/model/overrides.ts';
import type { LedgerState, Revision, RevisionRecord } from '../../src/model/revision.ts';
import { service, stack } from '../planner/build.ts';

const files = (replicas: number, image = 'web:1'): DesiredState => stack([service('web', { replicas, image })]);

type Made = readonly [action: Revision['action'], desired: DesiredState, undoes?: number];

function history(...made: readonly Made[]): Pick<LedgerState, 'revisions' | 'current'> {
  const revisions = made.map(([action, desired, undoes], i): RevisionRecord => {
    const revision = { number: i + 1, action, desired, ...(undoes === undefined ? {} : { undoes }) } as Revision;
    return { revision, outcome: { status: 'done', endedAtMs: 0, done: [], failed: [], notStarted: [] } };
  });
  return { revisions, current: revisions.at(-1) as RevisionRecord };
}

const scaled = { workload: 'web', what: 'replicas', from: '3', to: '5', revision: 2 };

describe('one-off changes', () => {
  test.each<[string, readonly Made[], unknown[]]>([
    [
      'none after an apply',
      [
        ['scale', files(5)],
        ['apply', files(3)],
      ],
      [],
    ],
    [
      'a scale',
      [
        ['apply', files(3)],
        ['scale', files(5)],
      ],
      [scaled],
    ],
    [
      'a restart is none and keeps others',
      [
        ['apply', files(3)],
        ['scale', files(5)],
        ['restart', files(5)],
      ],
      [scaled],
    ],
    [
      'taken back by another',
      [
        ['apply', files(3)],
        ['scale', files(5)],
        ['scale', files(3)],
      ],
      [],
    ],
    [
      'the last of two, from what the files said',
      [
        ['apply', files(3)],
        ['scale', files(5)],
        ['scale', files(4)],
      ],
      [{ ...scaled, to: '4', revision: 3 }],
    ],
    [
      'an image',
      [
        ['apply', files(3)],
        ['set', files(3, 'web:2')],
      ],
      [{ workload: 'web', container: 'web', what: 'image', from: 'web:1', to: 'web:2', revision: 2 }],
    ],
    [
      'gone with an undo',
      [
        ['apply', files(3)],
        ['scale', files(5)],
        ['undo', files(3), 1],
      ],
      [],
    ],
    [
      'back with an undo of what the files took back',
      [
        ['apply', files(3)],
        ['scale', files(5)],
        ['apply', files(3)],
        ['undo', files(5), 2],
      ],
      [scaled],
    ],
  ])('%s', (_name, made, expected) => {
    expect(overridesOf(history(...made))).toEqual(expected);
  });

  test('hold until the files say so', () => {
    const overrides = overridesOf(history(['apply', files(3)], ['scale', files(5)]));
    expect(overridesBeside(overrides, files(3))).toEqual(overrides);
    expect(overridesBeside(overrides, files(5))).toEqual([]);
  });
});
