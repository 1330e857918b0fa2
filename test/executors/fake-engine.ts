import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostConnection } from '../../src/executors/transport/connection.ts';
import { openHosts } from '../../src/executors/transport/open.ts';

export interface Question {
  readonly method: string;
  /** With the API's version in front. */
  readonly path: string;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface FakeEngine {
  readonly host: HostConnection;
  readonly end: () => Promise<void>;
}

/** A host behind a Unix socket where `answer` is the engine; what it leaves open is answered as a ping is. */
export async function startFakeEngine(answer: (question: Question) => Answer | undefined): Promise<FakeEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-engine-'));
  const path = join(folder, 's');
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const question = {
      method: request.method ?? 'GET',
      path: request.url ?? '',
      body: Buffer.concat(chunks).toString(),
    };
    const { status, body } = answer(question) ?? { status: 200, body: 'OK' };
    response.writeHead(status, { 'api-version': '1.41', 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const host = { name: 'here', address: { type: 'unix', path }, labels: {}, taints: [] } as const;
  const opened = (await openHosts([host], {})).get('here');
  if (!opened?.ok) throw new Error('not connected');
  const { connection } = opened;
  const end = async () => {
    await connection.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { host: connection, end };
}
