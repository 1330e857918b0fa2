import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withGatewayLock } from '../../../src/executors/gateway/lock.ts';
import { markProcess } from '../../../src/executors/ledger/lock/holder.ts';
import type { HostConnection } from '../../../src/executors/transport/connection.ts';
import { openHosts } from '../../../src/executors/transport/open.ts';

/** Where the system tells what a process can be recognised by. */
const isMarked = markProcess() !== undefined;
const PROCESS_LABEL = 'io.stowage.lock-process';

/** Keeps one container name, as an engine does. */
let held: { readonly Id: string; readonly Config: { readonly Labels: Record<string, string> } } | undefined;
let host: HostConnection;
let end: () => void;

beforeEach(async () => {
  held = undefined;
  const folder = mkdtempSync(join(tmpdir(), 'stowage-gateway-lock-'));
  const path = join(folder, 's');
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = (status: number, body?: unknown) => {
      response.writeHead(status, { 'api-version': '1.41', 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    const { method, url = '' } = request;
    if (url.includes('/containers/create')) {
      if (held !== undefined) return answer(409, { message: 'the name is in use' });
      held = { Id: 'made', Config: { Labels: JSON.parse(Buffer.concat(chunks).toString()).Labels } };
      return answer(201, { Id: held.Id });
    }
    if (method === 'DELETE') held = undefined;
    if (method === 'DELETE') return answer(204);
    if (url.includes('/containers/')) return held === undefined ? answer(404, {}) : answer(200, held);
    return answer(200, 'OK');
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const opened = (await openHosts([{ name: 'here', address: { type: 'unix', path }, labels: {}, taints: [] }], {})).get(
    'here',
  );
  if (!opened?.ok) throw new Error('not connected');
  host = opened.connection;
  end = () => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
});
afterEach(async () => {
  await host.close();
  end();
});

const taken = (mark: object | undefined) => ({
  Id: 'theirs',
  Config: { Labels: { ...(mark && { [PROCESS_LABEL]: JSON.stringify(mark) }) } },
});
const lockedBy = (signal = new AbortController().signal) =>
  withGatewayLock(host, signal, async () => held?.Id).catch((error: Error) => error.name);

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
