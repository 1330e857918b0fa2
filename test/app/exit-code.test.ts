import { expect, test } from 'vitest';
import { exitCodeOf } from '../../src/app/apply.ts';
import type { RunOutcome } from '../../src/model/events.ts';

const outcome = (status: RunOutcome['status'], ...codes: string[]): RunOutcome => ({
  status,
  done: [1],
  failed: [],
  notStarted: [],
  diagnostics: codes.map((code) => ({ severity: 'error', code, message: 'x' })),
});

test.each([
  ['everything is done', outcome('done'), 0],
  ['a step failed', outcome('failed', 'health/exited'), 1],
  ['a step failed because another run had taken over the lock', outcome('failed', 'lock/lost', 'health/exited'), 75],
  ['another run had taken over when the end was to be written', outcome('done', 'lock/lost'), 75],
  ['nobody can say who has the lock', outcome('failed', 'lock/unconfirmed'), 75],
  ['it was stopped', outcome('interrupted', 'step/stopped'), 130],
])('exit code when %s', (_name, run, expected) => {
  expect(exitCodeOf(run)).toBe(expected);
});
