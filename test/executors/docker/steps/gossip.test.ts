import { afterEach, expect, test } from 'vitest';
import { awaitGossipOf } from '../../../../src/executors/docker/steps/gossip.ts';
import { type FakeEngine, startFakeEngine } from '../../fake-engine.ts';

const NETWORK = 'kxokbhbkralhbhahzfzo0l3sf';
let engine: FakeEngine;
afterEach(() => engine.end());

/** A host of a swarm, with one container on one of its networks. */
async function hostThat({
  hears,
  runsFor,
}: {
  hears: (asked: number) => boolean;
  runsFor: number;
}): Promise<() => number> {
  let asked = 0;
  engine = await startFakeEngine(({ path }) => {
    if (path.endsWith('/info'))
      return { status: 200, body: { Swarm: { NodeAddr: '10.0.0.1', LocalNodeState: 'active' } } };
    if (path.includes('/containers/')) {
      const State = { Running: asked < runsFor };
      return { status: 200, body: { Id: 'c', State, NetworkSettings: { Networks: { net: { NetworkID: NETWORK } } } } };
    }
    if (!path.includes('/networks/')) return undefined;
    asked += 1;
    return { status: 200, body: { Peers: hears(asked) ? [{ IP: '10.0.0.1' }] : [] } };
  });
  return () => asked;
}

const awaited = (container: string) => awaitGossipOf(container, engine.host, new AbortController().signal);

test('a start waits until its host hears of the network, once', async () => {
  const asked = await hostThat({ hears: (count) => count >= 3, runsFor: Number.POSITIVE_INFINITY });
  await Promise.all([awaited('c'), awaited('d')]);
  await awaited('e');
  expect(asked()).toBe(3);
});

test('a host is not called deaf when the container has ended meanwhile: it left the network', async () => {
  const asked = await hostThat({ hears: () => false, runsFor: 2 });
  await awaited('c');
  expect(asked()).toBe(2);
});
