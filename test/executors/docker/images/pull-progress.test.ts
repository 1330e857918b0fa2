import { expect, it } from 'vitest';
import { type PullLine, PullProgress } from '../../../../src/executors/docker/images/pull-progress.ts';

const downloading = (id: string, current: number, total: number): PullLine => ({
  id,
  status: 'Downloading',
  progressDetail: { current, total },
});

it('adds up bytes, rate and layers, and says so a few times a second', () => {
  let nowMs = 0;
  const progress = new PullProgress(() => nowMs);
  expect(progress.add({ id: '1', status: 'Pulling from library/web' })).toBeUndefined();
  expect(progress.add({ id: 'a', status: 'Pulling fs layer' })).toBe('0 of 1 layers');
  expect(progress.add({ id: 'b', status: 'Already exists' })).toBe('1 of 2 layers');
  nowMs = 1000;
  expect(progress.add(downloading('a', 5_000_000, 45_000_000))).toBe('5.0 MB of 45 MB, 5.0 MB/s, 1 of 2 layers');
  nowMs = 1100;
  expect(progress.add(downloading('a', 9_000_000, 45_000_000))).toBeUndefined();
  expect(progress.add({ id: 'a', status: 'Download complete' })).toBeUndefined();
  nowMs = 2000;
  expect(progress.add({ id: 'a', status: 'Extracting', progressDetail: { current: 1, total: 45_000_000 } })).toBe(
    '45 MB of 45 MB, 23 MB/s, 1 of 2 layers',
  );
  expect(progress.add({ id: 'a', status: 'Pull complete' })).toBe('45 MB of 45 MB, 23 MB/s, 2 of 2 layers');
});
