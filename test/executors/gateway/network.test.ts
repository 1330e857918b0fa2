import { afterEach, expect, test } from 'vitest';
import { ensureNetwork } from '../../../src/executors/gateway/network.ts';
import { type FakeEngine, startFakeEngine } from '../fake-engine.ts';

interface Network {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly IPAM?: { readonly Config: readonly { readonly Subnet: string }[] };
}

let engine: FakeEngine;
afterEach(() => engine.end());

/** An engine whose networks are in `networks`; from the call with that number on it answers nothing useful. */
async function engineThat(networks: Map<string, Network>, fails: { from: number }): Promise<void> {
  let calls = 0;
  engine = await startFakeEngine(({ method, path, body }) => {
    if (!path.includes('/networks')) return undefined;
    if (++calls >= fails.from) return { status: 500, body: { message: 'cut short' } };
    if (method === 'POST') {
      const made = JSON.parse(body) as Network;
      networks.set(made.Name, made);
      return { status: 201, body: { Id: made.Name } };
    }
    const name = /networks\/([\w-]+)/.exec(path)?.[1] ?? '';
    const found = networks.get(name);
    if (found === undefined) return { status: 404, body: { message: 'no such network' } };
    if (method === 'GET') return { status: 200, body: { IPAM: { Config: [{ Subnet: '172.20.0.0/16' }] }, ...found } };
    networks.delete(name);
    return { status: 204 };
  });
}

test.each([1, 2, 3, 4, 5, 6, 7])('has a subnet of its own, also when it was cut short at call %i', async (call) => {
  const networks = new Map<string, Network>();
  await engineThat(networks, { from: call });
  await ensureNetwork(engine.host, new AbortController().signal).catch(() => undefined);
  await engine.end();
  await engineThat(networks, { from: Number.POSITIVE_INFINITY });
  await ensureNetwork(engine.host, new AbortController().signal);
  expect([...networks.values()].map(({ Name, IPAM }) => [Name, IPAM?.Config])).toEqual([
    ['stowage-gateway', [{ Subnet: '172.20.0.0/16' }]],
  ]);
});
