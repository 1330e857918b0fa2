import { describe, expect, it } from 'vitest';
import type { DesiredState, NetworkAttachment } from '../../../src/model/desired.ts';
import { plan } from '../../../src/planner/plan.ts';
import { hosts, network, service, stack } from '../build.ts';
import { simulate } from '../simulate.ts';

function withNetworks(...attachments: readonly (string | NetworkAttachment)[]): DesiredState {
  const list = attachments.map((a) => (typeof a === 'string' ? { network: a, aliases: [] } : a));
  const web = service('web', { template: { network: { mode: 'networks', attachments: list } } });
  return stack([web], { networks: [...new Set(list.map((a) => a.network))].map((id) => network(id)) });
}

function planned(desired: DesiredState, live: Parameters<typeof plan>[1]) {
  const result = plan(desired, live, { toolVersion: '0', images: {} });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

const front: NetworkAttachment = { network: 'front', aliases: [] };

const CASES: readonly {
  readonly name: string;
  readonly from: readonly (string | NetworkAttachment)[];
  readonly to: readonly (string | NetworkAttachment)[];
  readonly kinds: readonly string[];
}[] = [
  {
    name: 'a network is joined in place, once it is there',
    from: ['back'],
    to: ['back', front],
    kinds: ['network.create', 'network.connect', 'container.update'],
  },
  {
    name: 'a network is left in place, and goes when nobody uses it',
    from: ['back', front],
    to: ['back'],
    kinds: ['network.disconnect', 'container.update', 'network.remove'],
  },
  {
    name: 'a network is exchanged in place',
    from: ['back', 'mid'],
    to: ['back', { network: 'other', aliases: ['o'], ipv4Address: '10.9.0.9' }],
    kinds: ['network.create', 'network.connect', 'network.disconnect', 'container.update', 'network.remove'],
  },
  { name: 'the first network needs a new container', from: ['back'], to: ['able', 'back'], kinds: [] },
  {
    name: 'so do other names on a network',
    from: ['back', 'c'],
    to: ['back', { network: 'c', aliases: ['x'] }],
    kinds: [],
  },
  {
    name: 'and an address of the hardware',
    from: ['back'],
    to: ['back', { ...front, macAddress: '02:42:ac:11:00:09' }],
    kinds: [],
  },
];

describe('networks of a container that runs', () => {
  it.each(CASES)('$name', ({ from, to, kinds }) => {
    const live = simulate(hosts('a'), planned(withNetworks(...from), hosts('a')).steps);
    const p = planned(withNetworks(...to), live);
    if (kinds.length === 0) expect(p.steps.map((s) => s.kind)).toContain('container.create');
    else expect(p.steps.map((s) => s.kind)).toEqual(kinds);
    const order = p.steps.flatMap((s) => s.after.map((id) => id < s.id));
    expect(order.every(Boolean)).toBe(true);
    expect(planned(withNetworks(...to), simulate(live, p.steps)).steps).toEqual([]);
  });
});
