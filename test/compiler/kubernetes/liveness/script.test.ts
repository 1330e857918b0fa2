import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createHttp2, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { LIVENESS_SCRIPT } from '../../../../src/compiler/kubernetes/desired/liveness/script.ts';
import { livenessSettings } from '../../../../src/compiler/kubernetes/desired/liveness/settings.ts';
import type { ProbeAction } from '../../../../src/model/desired.ts';
import { container } from '../../../planner/build.ts';

function busyboxPath(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

const BUSYBOX = busyboxPath();
const TIMES = { initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 1 };

/** Only the talking half: nothing here can end a process. */
describe.skipIf(BUSYBOX === undefined)('the script talks to a container', () => {
  const box = BUSYBOX ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'liveness-'));
  const script = join(folder, 'liveness');
  writeFileSync(script, LIVENESS_SCRIPT);
  symlinkSync(box, join(folder, 'busybox'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  async function listen(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** The request as a shell reads it from the settings. */
  function requestOf(action: ProbeAction): string {
    const settings = livenessSettings(container('web', 'web:1', { probes: { liveness: { action, ...TIMES } } }), 1);
    return execFileSync(box, ['sh', '-c', `talk() { echo "$5"; }\n${settings}\nliveness`], { encoding: 'utf8' }).slice(
      0,
      -1,
    );
  }

  /** '' when it passed. */
  function ask(action: Exclude<ProbeAction, { type: 'exec' }>): Promise<string> {
    const command = ['nc', '-w', '2', '127.0.0.1', String(action.port), '-e', box, 'sh', script, '--ask', action.type];
    const child = spawn(box, command, {
      env: { request: requestOf(action) },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    let reason = '';
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      reason += chunk.toString();
    });
    return new Promise((resolve) => {
      child.on('close', (code) => resolve(code === 0 ? '' : reason.trim() || `exit code ${code}`));
    });
  }

  test.each([
    [200, ''],
    [302, ''],
    [404, 'it answered 404'],
    [503, 'it answered 503'],
  ])('over HTTP: %i', async (status, expected) => {
    let seen = '';
    const port = await listen(
      createServer((request, response) => {
        seen = `${request.method} ${request.url} ${request.headers['x-a']}`;
        response.writeHead(status, { Location: 'http://192.0.2.1/' }).end();
      }),
    );
    const headers = [{ name: 'X-A', value: "it's" }];
    expect(await ask({ type: 'http', scheme: 'http', port, path: '/a?b=%25', headers })).toBe(expected);
    expect(seen).toBe("GET /a?b=%25 it's");
  });

  test('over HTTP: a status without words, and what is no HTTP', async () => {
    const says = (line: string) => createTcp((socket) => socket.once('data', () => socket.end(`${line}\r\n\r\n`)));
    const bare = await listen(says('HTTP/1.1 204'));
    const other = await listen(says('SSH-2.0'));
    const action = { type: 'http', scheme: 'http', path: '/', headers: [] } as const;
    expect(await ask({ ...action, port: bare })).toBe('');
    expect(await ask({ ...action, port: other })).toBe('no answer');
  });

  test('over TCP', async () => {
    const server = createTcp((socket) => socket.end());
    const port = await listen(server);
    expect(await ask({ type: 'tcp', port })).toBe('');
    await new Promise((resolve) => server.close(resolve));
    expect(await ask({ type: 'tcp', port })).not.toBe('');
  });

  /** A health service: the status of `db`, and an error for what it does not know. */
  const answer = (stream: ServerHttp2Stream, path: string | undefined, asked: Buffer, serving: number) => {
    const known = path === '/grpc.health.v1.Health/Check' && asked.subarray(7).toString() === 'db';
    const trailers = { 'grpc-status': known ? '0' : '5' };
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(known ? Buffer.from([0, 0, 0, 0, 2, 8, serving]) : undefined);
  };

  test.each([
    ['serving', 'db', 1, ''],
    ['not serving', 'db', 2, 'it is not serving'],
    ['not known', 'web', 1, 'it is not serving'],
  ])('over gRPC: %s', async (_name, service, serving, expected) => {
    const server = createHttp2();
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => answer(stream, headers[':path'], Buffer.concat(chunks), serving));
    });
    const port = await listen(server as unknown as Server);
    expect(await ask({ type: 'grpc', port, service })).toBe(expected);
  });
});
