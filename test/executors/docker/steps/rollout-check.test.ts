import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRollout } from '../../../../src/executors/docker/steps/rollout.ts';
import type { StepScope } from '../../../../src/executors/docker/steps/types.ts';
import type { RolloutCheck } from '../../../../src/model/desired.ts';
import { DiagnosticError } from '../../../../src/model/diagnostic.ts';
import type { Step } from '../../../../src/model/step.ts';

const VECTOR = { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '3'] }] } };
const EMPTY = { status: 'success', data: { resultType: 'vector', result: [] } };
const WRONG = { status: 'error', errorType: 'bad_data', error: 'parse error' };

/** A server as an application and as Prometheus answer. */
function answer(url: URL): { readonly status: number; readonly body: string } {
  if (url.pathname === '/api/v1/query') {
    const query = url.searchParams.get('query') ?? '';
    const result = query.startsWith('up') ? VECTOR : query.startsWith('(') ? WRONG : EMPTY;
    return { status: result === WRONG ? 400 : 200, body: JSON.stringify(result) };
  }
  return { status: url.pathname === '/healthz' ? 200 : 503, body: 'x' };
}

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { status, body } = answer(new URL(request.url ?? '/', 'http://localhost'));
    setTimeout(() => response.writeHead(status).end(body), request.url === '/slow' ? 300 : 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** Why the check failed; undefined when it passed. */
async function problem(check: RolloutCheck): Promise<string | undefined> {
  const step = { id: 1, kind: 'rollout.check', host: 'a', cause: '', after: [], workload: 'web', check } as const;
  try {
    await checkRollout(step as Step<'rollout.check'>, { signal: new AbortController().signal } as StepScope);
    return undefined;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    expect(error.diagnostics[0]?.code).toBe('rollout/check');
    return error.diagnostics[0]?.why;
  }
}

describe('a check between two steps of a rollout', () => {
  const http = (path: string, more: object = {}) =>
    ({ type: 'http', url: base + path, status: 200, timeoutSeconds: 5, ...more }) as const;
  const prometheus = (query: string) => ({ type: 'prometheus', server: base, query, timeoutSeconds: 5 }) as const;
  const local = (...command: string[]) => ({ type: 'local', command, timeoutSeconds: 5 }) as const;

  test.each<[string, () => RolloutCheck, RegExp | undefined]>([
    ['HTTP: the status asked for', () => http('/healthz'), undefined],
    ['HTTP: another status', () => http('/'), /it answered 503, not 200/],
    ['HTTP: that other status asked for', () => http('/', { status: 503 }), undefined],
    ['HTTP: too slow', () => http('/slow', { status: 503, maxLatencyMs: 50 }), /more than 50 ms/],
    ['HTTP: nobody there', () => ({ ...http('/'), url: 'http://127.0.0.1:9/' }), /fetch failed/],
    ['Prometheus: a result', () => prometheus('up == 1'), undefined],
    ['Prometheus: none', () => prometheus('errors > 3'), /the query gave no result/],
    ['Prometheus: a wrong query', () => prometheus('('), /parse error/],
    ['a command here', () => local('true'), undefined],
    ['a command here that fails', () => local('sh', '-c', 'echo no >&2; exit 3'), /no/],
    ['a command here that is not there', () => local('no-such-command'), /ENOENT/],
  ])('%s', async (_name, check, why) => {
    const found = await problem(check());
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(why);
  });
});
