import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, limitsOf } from '../../../src/executors/run/limits.ts';
import { urgency } from '../../../src/executors/run/order.ts';
import { ReadyQueue } from '../../../src/executors/run/ready-queue.ts';
import type { Step } from '../../../src/model/step.ts';

const step = (id: number, after: number[] = [], host = 'a'): Step => ({
  id,
  host,
  after,
  cause: '',
  kind: 'container.signal',
  container: `c${id}`,
  signal: 'HUP',
});

describe('urgency', () => {
  test('is the length of what waits', () => {
    const steps = [step(1), step(2, [1]), step(3, [2]), step(4, [1])];
    expect([...urgency(steps)].sort()).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
      [4, 1],
    ]);
  });

  test('a cycle and a missing predecessor are errors', () => {
    expect(() => urgency([step(1, [2]), step(2, [1])])).toThrow(RangeError);
    expect(() => urgency([step(1, [9])])).toThrow('step 9');
  });

  test('a step is more urgent than all that wait for it, in any graph and order', () => {
    const graphs = fc.integer({ min: 1, max: 40 }).chain((size) =>
      fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 120 }).map((edges) => {
        const after = Array.from({ length: size }, () => new Set<number>());
        for (const [a, b] of edges) if (a !== b) after[Math.max(a, b)]?.add(Math.min(a, b) + 1);
        return after.map((ids, index) => step(index + 1, [...ids]));
      }),
    );
    fc.assert(
      fc.property(graphs, fc.boolean(), (steps, reversed) => {
        const rank = urgency(reversed ? [...steps].reverse() : steps);
        return steps.every((s) => s.after.every((id) => (rank.get(id) ?? 0) > (rank.get(s.id) ?? 0)));
      }),
    );
  });
});

test('the queue hands out the most urgent first, up to the limit of each host', () => {
  const steps = Array.from({ length: 30 }, (_, i) => step(i + 1, [], i % 2 === 0 ? 'a' : 'b'));
  const rank = new Map(steps.map((s) => [s.id, s.id]));
  const queue = new ReadyQueue(rank, () => ({ ...DEFAULT_LIMITS, engine: 2 }));
  for (const s of steps) queue.add(s);
  expect(queue.take().map((s) => s.id)).toEqual([30, 29, 28, 27]);
  expect(queue.take()).toEqual([]);
  queue.release(steps[29] as Step);
  expect(queue.take().map((s) => s.id)).toEqual([26]);
});

test('a host makes and starts so many containers at once as its processors can carry, and never few', () => {
  expect([0.5, 1, 2, 4, 32].map((cpus) => limitsOf(cpus).create)).toEqual([6, 6, 6, 12, 24]);
  expect([0.5, 1, 2, 4, 32].map((cpus) => limitsOf(cpus).start)).toEqual([4, 4, 4, 8, 64]);
  expect(limitsOf(undefined)).toEqual(DEFAULT_LIMITS);
});

test('a look at what nobody waits for comes when its host has nothing else to do', () => {
  const late = (id: number, host: string) =>
    ({
      ...step(id, [], host),
      kind: 'health.wait',
      until: { type: 'running', stableSeconds: 0.25, isLate: true },
    }) as unknown as Step;
  const queue = new ReadyQueue(new Map(), () => ({ ...DEFAULT_LIMITS, engine: 1 }));
  const work = [step(1, [], 'a'), step(2, [], 'a')];
  for (const s of [...work, late(3, 'a'), late(4, 'a'), late(5, 'b')]) queue.add(s);
  expect(queue.take().map((s) => s.id)).toEqual([1, 5]);
  queue.release(work[0] as Step);
  expect(queue.take().map((s) => s.id)).toEqual([2]);
  expect(queue.take()).toEqual([]);
  queue.release(work[1] as Step);
  expect(queue.take().map((s) => s.id)).toEqual([3, 4]);
});
