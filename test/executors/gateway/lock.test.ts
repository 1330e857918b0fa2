import { afterEach, beforeEach, expect, test } from 'vitest';
import { withGatewayLock } from '../../../src/executors/gateway/lock.ts';
import { markProcess } from '../../../src/executors/ledger/lock/holder.ts';
import { type FakeEngine, startFakeEngine } from '../fake-engine.ts';

/** Where the system tells what a process can be recognised by. */
const isMarked = markProcess() !== undefined;
const PROCESS_LABEL = 'io.stowage.lock-process';

/** The one container name that the engine keeps. */
let held: { readonly Id: string; readonly Config: { readonly Labels: Record<string, string> } } | undefined;
let engine: FakeEngine;

beforeEach(async () => {
  held = undefined;
  engine = await startFakeEngine(({ method, path, body }) => {
    if (path.includes('/containers/create')) {
      if (held !== undefined) return { status: 409, body: { message: 'the name is in use' } };
      held = { Id: 'made', Config: { Labels: JSON.parse(body).Labels } };
      return { status: 201, body: { Id: held.Id } };
    }
    if (method === 'DELETE') {
      held = undefined;
      return { status: 204 };
    }
    if (!path.includes('/containers/')) return undefined;
    return held === undefined ? { status: 404, body: {} } : { status: 200, body: held };
  });
});
afterEach(() => engine.end());

const taken = (mark: object | undefined) => ({
  Id: 'theirs',
  Config: { Labels: { ...(mark && { [PROCESS_LABEL]: JSON.stringify(mark) }) } },
});
const lockedBy = (signal = new AbortController().signal) =>
  withGatewayLock(engine.host, signal, async () => held?.Id).catch((error: Error) => error.name);

test('the lock is a container while the work goes on, and gone afterwards', async () => {
  expect(await lockedBy()).toBe('made');
  expect(held).toBeUndefined();
});

test.skipIf(!isMarked)('a lock of a process of this machine that is gone is taken at once', async () => {
  held = taken({ ...markProcess(), pid: 2 ** 22 + 1 });
  expect(await lockedBy()).toBe('made');
});

test.skipIf(!isMarked)('a claim that was made while its connection was lost is its own', async () => {
  held = taken(markProcess());
  expect(await lockedBy()).toBe('theirs');
  expect(held).toBeUndefined();
});

test.each([
  ['without a mark', undefined],
  ['of another machine', { bootId: 'another', pidNamespace: 'x', pid: 1, startTicks: '1' }],
  ['with garbage for a mark', {}],
])('a lock %s is waited for', async (_name, mark) => {
  held = taken(mark);
  expect(await lockedBy(AbortSignal.timeout(400))).toMatch(/Error/);
  expect(held?.Id).toBe('theirs');
});
