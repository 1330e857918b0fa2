import { afterEach, expect, test } from 'vitest';
import { observeHost } from '../../../../src/executors/docker/observe/host.ts';
import { type FakeEngine, startFakeEngine } from '../../fake-engine.ts';

let engine: FakeEngine;
afterEach(() => engine.end());

const listed = (name: string, stack: string) => ({
  Id: name,
  Names: [`/${name}`],
  Image: 'web:1',
  ImageID: 'sha256:1',
  State: 'running',
  Status: 'Up 2 seconds',
  Created: 0,
  Labels: { 'io.stowage.stack': stack },
});

test('a container that is listed as running and was stopped on a full disk is seen as it is', async () => {
  engine = await startFakeEngine(({ path }) => {
    if (path.endsWith('/info')) return { status: 200, body: {} };
    if (path.includes('/containers/json')) {
      return { status: 200, body: [listed('ended', 'shop'), listed('runs', 'shop'), listed('theirs', 'blog')] };
    }
    const [, id] = /\/containers\/(\w+)\/json/.exec(path) ?? [];
    if (id !== undefined) {
      const State = { Running: id === 'runs', Status: id === 'runs' ? 'running' : 'exited', ExitCode: 137 };
      return { status: 200, body: { Id: id, State } };
    }
    return { status: 200, body: path.includes('/volumes') ? { Volumes: [] } : [] };
  });
  const states = async (refresh?: 'states') => {
    const { containers } = await observeHost(engine.host, { stack: 'shop', ...(refresh && { refresh }) });
    return containers.map(({ name, state, exitCode }) => [name, state, exitCode]);
  };
  expect(await states('states')).toEqual([
    ['ended', 'exited', 137],
    ['runs', 'running', undefined],
    ['theirs', 'running', undefined],
  ]);
  expect(await states()).toContainEqual(['ended', 'running', undefined]);
});
