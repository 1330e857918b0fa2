import { describe, expect, it } from 'vitest';
import { sharingDefault } from '../../src/compiler/shared-network.ts';
import type { DesiredState, Endpoint } from '../../src/model/desired.ts';
import { network, service, stack } from '../planner/build.ts';

const on = (id: string, networkId: string): DesiredState => {
  const attachments = [{ network: networkId, aliases: [] }];
  const workload = service(id, { template: { network: { mode: 'networks', attachments } } });
  const endpoint = { id, name: id, names: [id], workloads: [id], networks: [networkId] } as unknown as Endpoint;
  return { ...stack([workload], { networks: [network(networkId)] }), endpoints: [endpoint] };
};

describe('a stack of compose files and manifests', () => {
  it('has one network for all that name none', () => {
    const [compose, manifests] = sharingDefault([on('api', 'default'), on('db', 'default/default')]);
    expect(compose?.networks.map((n) => n.id)).toEqual(['default']);
    expect(manifests?.networks).toEqual([]);
    expect(manifests?.endpoints[0]?.networks).toEqual(['default']);
    expect(manifests?.workloads[0]?.template.network).toMatchObject({ attachments: [{ network: 'default' }] });
  });

  it('keeps other networks and namespaces apart', () => {
    const states = [on('api', 'front'), on('db', 'default/default'), on('mail', 'other/default')];
    expect(sharingDefault(states)).toEqual(states);
  });
});
