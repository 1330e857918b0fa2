import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HostConnection, OpenOptions } from '../../../src/executors/transport/connection.ts';
import { openHosts, readOnly } from '../../../src/executors/transport/open.ts';

/** What a peer on the other end of a socket may do; none of these is an engine. */
const PING = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK';

let folder: string;
let server: Server | undefined;
const sockets = new Set<Socket>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stowage-open-'));
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listen(onRequest: (socket: Socket, request: string) => void): Promise<string> {
  const path = join(folder, 's');
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => onRequest(socket, data.toString()));
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
  return path;
}

async function open(path: string, options: OpenOptions = {}) {
  const address = { type: 'unix', path } as const;
  const results = await openHosts([{ name: 'here', address, labels: {}, taints: [] }], options);
  const result = results.get('here');
  if (!result) throw new Error('no result');
  return result;
}

async function connected(path: string): Promise<HostConnection> {
  const result = await open(path);
  if (!result.ok) throw result.error;
  return result.connection;
}

it.each([
  ['there is no socket', undefined, 'host/engine-down'],
  ['it does not speak HTTP', (socket: Socket) => socket.end('SSH-2.0-x\r\n'), 'host/bad-answer'],
  ['it hangs up', (socket: Socket) => socket.destroy(), 'host/connection-lost'],
  ['it says nothing', () => {}, 'host/timeout'],
  [
    'it is some other service',
    (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    'host/bad-answer',
  ],
  ['it fails', (socket: Socket) => socket.end('HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nbusy'), 'engine/503'],
  ['it is older than we know', (socket: Socket) => socket.end(PING.replace('1.41', '1.24')), 'host/engine-too-old'],
])('tells when %s', async (_name, onRequest, code) => {
  const path = onRequest ? await listen(onRequest) : join(folder, 'none');
  const result = await open(path, { connectTimeoutMs: 300 });
  expect(result).toMatchObject({
    ok: false,
    error: { code, host: 'here', diagnostic: { code, where: `host here (unix://${path})` } },
  });
});

it('speaks no newer API than it knows', async () => {
  const path = await listen((socket) => socket.write(PING.replace('1.41', '1.99')));
  const connection = await connected(path);
  expect(connection.apiVersion).toMatch(/^1\.[45]\d$/);
  await connection.close();
  await connection.close();
  await expect(connection.get('/info')).rejects.toMatchObject({ code: 'host/connection-lost', outcomeUnknown: false });
});

it('asks again when an idle connection was closed under a read, but never for a change', async () => {
  const seen: string[] = [];
  const used = new Set<Socket>();
  const path = await listen((socket, request) => {
    seen.push(request.slice(0, request.indexOf(' HTTP')));
    if (used.has(socket)) return socket.destroy();
    used.add(socket);
    return socket.write(PING);
  });
  const connection = await connected(path);
  await expect(connection.get('/x')).rejects.toMatchObject({ code: 'host/bad-answer' });
  expect(seen).toEqual(['GET /_ping', 'GET /v1.41/x', 'GET /v1.41/x']);
  await expect(connection.post('/y')).rejects.toMatchObject({ code: 'host/connection-lost', outcomeUnknown: true });
  expect(seen.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  await connection.close();
});

it('knows that a change never sent did not happen', async () => {
  const path = await listen((socket) => socket.write(PING));
  const connection = await connected(path);
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server?.close(() => resolve()));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect(connection.post('/x')).rejects.toMatchObject({ code: 'host/engine-down', outcomeUnknown: false });
  await connection.close();
});

it('stops before it starts when told to', async () => {
  const path = await listen((socket) => socket.write(PING));
  expect(await open(path, { signal: AbortSignal.abort() })).toMatchObject({ error: { code: 'host/aborted' } });
});

it('gives planning an object on which there is nothing to change a host with', async () => {
  const path = await listen((socket) => socket.write(PING));
  const connection = await connected(path);
  const reader = readOnly(connection) as unknown as Record<string, unknown>;
  for (const member of [
    'post',
    'put',
    'delete',
    'postStream',
    'putArchive',
    'exec',
    'shell',
    'docker',
    'reconnect',
    'dial',
  ]) {
    expect(reader[member]).toBeUndefined();
  }
  expect(reader.apiVersion).toBe('1.41');
  await connection.close();
});
