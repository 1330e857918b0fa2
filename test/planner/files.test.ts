import { expect, test } from 'vitest';
import type { SpecFile } from '../../src/model/spec.ts';
import { signalsFor } from '../../src/planner/diff/files.ts';

const file = (target: string, more: Partial<SpecFile> = {}): SpecFile => ({
  target,
  digest: 'sha256:1',
  uid: '0',
  gid: '0',
  mode: 0o444,
  secret: false,
  ...more,
});
const changed = { digest: 'sha256:2' };

test.each<[string, SpecFile[], SpecFile[], readonly string[] | undefined]>([
  ['nothing changed', [file('/a')], [file('/a')], []],
  ['one with a signal', [file('/a')], [file('/a', { ...changed, signal: 'HUP' })], ['HUP']],
  ['one without', [file('/a')], [file('/a', changed)], undefined],
  [
    'one with and one without',
    [file('/a'), file('/b')],
    [file('/a', { ...changed, signal: 'HUP' }), file('/b', changed)],
    undefined,
  ],
  [
    'the same signal twice',
    [file('/a'), file('/b')],
    [file('/a', { ...changed, signal: 'HUP' }), file('/b', { ...changed, signal: 'HUP' })],
    ['HUP'],
  ],
  ['another mode', [file('/a')], [file('/a', { mode: 0o400, signal: 'HUP' })], undefined],
  ['one more', [file('/a')], [file('/a'), file('/b', { signal: 'HUP' })], undefined],
])('files in place: %s', (_name, before, after, signals) => {
  expect(signalsFor(before, after)).toEqual(signals);
});
