import { expect, test } from 'vitest';
import { Tolerance } from '../../../src/executors/run/tolerance.ts';
import type { Step } from '../../../src/model/step.ts';

function wait(container: string, mayFail?: number): Step {
  const replica = { workload: 'web', ordinal: 1, container: 'web', role: 'main', pod: 'p' };
  const step = { id: 1, kind: 'health.wait', host: 'a', after: [], cause: '', container, replica };
  return { ...step, ...(mayFail === undefined ? {} : { mayFail }) } as unknown as Step;
}

function enter(...containers: string[]): Step {
  const servers = containers.map((container) => ({ backend: 'b', container, port: 80, weight: 100 }));
  return { id: 2, kind: 'gateway.switch', host: 'a', after: [], cause: '', servers } as unknown as Step;
}

test('as many waits as the policy says may fail, and one more stops the rollout', () => {
  const tolerance = new Tolerance();
  expect([wait('x', 1), wait('y', 1)].map((step) => tolerance.bears(step))).toEqual([true, false]);
  expect(tolerance.bears(wait('z'))).toBe(false);
});

test('a replica that failed takes no requests; the others of the same step do', () => {
  const tolerance = new Tolerance();
  tolerance.bears(wait('x', 3));
  expect(tolerance.withoutFailed(enter('x'))).toBeUndefined();
  expect(tolerance.withoutFailed(enter('x', 'y'))).toMatchObject({ servers: [{ container: 'y' }] });
});
