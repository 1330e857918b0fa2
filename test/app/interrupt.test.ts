import { expect, test, vi } from 'vitest';
import { unlessStopped } from '../../src/app/interrupt.ts';

test('what ends a run is waited for, until a second Ctrl-C and five seconds', async () => {
  vi.useFakeTimers();
  const now = new AbortController();
  const never = unlessStopped(new Promise(() => undefined), now.signal);
  const outcome = never.then(
    () => 'done',
    (error: Error) => error.message,
  );
  await vi.advanceTimersByTimeAsync(60_000);
  now.abort();
  await vi.advanceTimersByTimeAsync(5000);
  expect(await outcome).toContain('second Ctrl-C');
  vi.useRealTimers();
});

test('work that is done in time counts, a failure of it too', async () => {
  const stopped = AbortSignal.abort();
  expect(await unlessStopped(Promise.resolve(7), stopped)).toBe(7);
  await expect(unlessStopped(Promise.reject(new Error('no disk')), stopped)).rejects.toThrow('no disk');
});
