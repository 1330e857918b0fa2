import { afterEach, expect, test } from 'vitest';
import { initSwarm } from '../../../../src/executors/docker/steps/swarm.ts';
import type { StepScope } from '../../../../src/executors/docker/steps/types.ts';
import { type FakeEngine, startFakeEngine } from '../../fake-engine.ts';

let engine: FakeEngine;
afterEach(() => engine.end());

/** Does the step on a host that is in these states, one question after the other; gives what it was asked to change. */
async function initOn(...states: readonly string[]): Promise<readonly string[]> {
  const changes: string[] = [];
  let asked = 0;
  engine = await startFakeEngine(({ method, path }) => {
    if (method === 'POST') changes.push(path.replace(/^\/v[\d.]+/, ''));
    if (path.endsWith('/info')) {
      const state = states[Math.min(asked++, states.length - 1)];
      const Swarm = { LocalNodeState: state, ControlAvailable: state === 'active', NodeAddr: '10.0.0.1' };
      return { status: 200, body: { Swarm } };
    }
    if (path.includes('/networks?')) return { status: 200, body: [{ Id: 'ingress', Ingress: true }] };
    if (path.includes('/networks/')) return { status: 200, body: { Peers: [{ IP: '10.0.0.1' }] } };
    return undefined;
  });
  const scope = { host: engine.host, signal: new AbortController().signal } as StepScope;
  const step = { id: 1, kind: 'swarm.init', host: 'here', cause: '', after: [], advertiseAddress: '10.0.0.1' } as const;
  await initSwarm(step, scope);
  return changes;
}

test('a swarm is made where there is none', async () => {
  expect(await initOn('inactive')).toEqual(['/swarm/init']);
});

test('an init whose answer was lost is waited for, not repeated', async () => {
  expect(await initOn('pending', 'pending', 'active')).toEqual([]);
});

test('a host that cannot say that it is well is refused', async () => {
  await expect(initOn('pending', 'error')).rejects.toMatchObject({ diagnostics: [{ code: 'swarm/other' }] });
});
