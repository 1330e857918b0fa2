import { expect, test } from 'vitest';
import { lockLease, lockWait } from '../../../src/app/cli/run-flags.ts';

test.each([
  ['0s', 0],
  ['90', 90_000],
  ['250ms', 250],
  ['5m', 300_000],
  ['2h', 7_200_000],
])('--lock-timeout %s', (text, milliseconds) => {
  expect(lockWait(text)).toBe(milliseconds);
});

test.each(['soon', '-1s', '1d', ''])('--lock-timeout %j is refused', (text) => {
  expect(() => lockWait(text)).toThrow('cannot be read');
});

test.each([
  [undefined, undefined],
  ['', undefined],
  ['10s', 10],
  ['1m', 60],
  ['1ms', 2],
])('STOWAGE_LOCK_LEASE=%s', (text, seconds) => {
  expect(lockLease({ STOWAGE_LOCK_LEASE: text })).toBe(seconds);
});
