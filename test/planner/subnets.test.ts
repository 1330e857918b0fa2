import { describe, expect, it } from 'vitest';
import { plan } from '../../src/planner/plan.ts';
import { overlaps } from '../../src/planner/subnets.ts';
import { hosts, network, service, stack } from './build.ts';

const OPTIONS = { toolVersion: '0', images: {} };
const withSubnet = (subnet: string) => network('default', { ipam: { config: [{ subnet }], options: {} } });

describe('subnets', () => {
  it.each([
    ['10.1.0.0/16', '10.1.2.0/24', true],
    ['10.1.0.0/16', '10.2.0.0/16', false],
    ['10.1.2.0/24', '10.0.0.0/8', true],
    ['fd00:1::/64', 'fd00:1::/48', true],
    ['fd00:1::/64', 'fd00:2::/64', false],
    ['0.0.0.0/0', '::/0', false],
    ['10.1.0.0', '10.1.0.0/16', false],
  ])('%s and %s overlap: %s', (one, other, expected) => {
    expect(overlaps(one, other)).toBe(expected);
    expect(overlaps(other, one)).toBe(expected);
  });

  it('one that a network of the host has is an error that names it', () => {
    const [host] = hosts('a').hosts;
    const taken = { id: 'n', name: 'other', driver: 'bridge', scope: 'local', internal: false, attachable: false };
    const live = {
      ...hosts('a'),
      hosts: [
        {
          ...host,
          networks: [{ ...taken, enableIpv6: false, labels: {}, options: {}, subnets: [{ subnet: '10.9.0.0/24' }] }],
        },
      ],
    } as ReturnType<typeof hosts>;
    const result = plan(stack([service('web')], { networks: [withSubnet('10.9.0.0/16')] }), live, OPTIONS);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'plan/subnet-overlap' }] });
    expect(plan(stack([service('web')], { networks: [withSubnet('10.8.0.0/16')] }), live, OPTIONS).ok).toBe(true);
  });
});

describe('networks with a subnet of the file', () => {
  const chosen = network('front');
  const fixed = network('back', { ipam: { config: [{ subnet: '10.9.0.0/16' }], options: {} } });
  const on = (id: string, ...names: string[]) => {
    const attachments = names.map((name) => ({ network: name, aliases: [] }));
    return service(id, { template: { network: { mode: 'networks', attachments } } });
  };

  it.each([[['front']], [['front', 'back']]])('come before those for which the engine chooses, %j', (names) => {
    const desired = stack([on('web', ...names), on('db', 'back')], { networks: [chosen, fixed] });
    const result = plan(desired, hosts('a'), OPTIONS);
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    const [back, front] = result.plan.steps.filter((s) => s.kind === 'network.create');
    expect(back?.network.resource).toBe('back');
    expect(front).toMatchObject({ network: { resource: 'front' }, after: [back?.id] });
  });
});

describe('managers of a swarm', () => {
  const talking = stack([
    service('web', { replicas: 2, workload: { placement: { ...service('web').placement, maxPerHost: 1 } } }),
    service('api', { replicas: 2, workload: { placement: { ...service('api').placement, maxPerHost: 1 } } }),
  ]);
  const rolesOn = (...names: string[]) => {
    const result = plan(talking, hosts(...names), OPTIONS);
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    const { steps, warnings } = result.plan;
    return {
      roles: steps.flatMap((s) => (s.kind === 'swarm.join' ? [s.role] : [])),
      warnings: warnings.map((w) => w.code),
    };
  };

  it('two hosts have one, and the plan says what its loss means', () => {
    expect(rolesOn('a', 'b')).toEqual({ roles: ['worker'], warnings: ['plan/swarm-managers'] });
  });

  it('an encrypted network says what it opens besides, and has the engine’s option', () => {
    const encrypted = { ...talking, networks: [network('default', { encrypted: true })] };
    const result = plan(encrypted, hosts('a', 'b'), OPTIONS);
    const steps = result.ok ? result.plan.steps : [];
    expect(steps.filter((s) => s.kind === 'swarm.join').map((s) => s.cause)).toEqual([expect.stringContaining('ESP')]);
    const created = steps.flatMap((s) => (s.kind === 'network.create' ? [s.network.driverOptions] : []));
    expect(created).toEqual([{ encrypted: '' }]);
  });

  it('an external network is used and never created', () => {
    const [host] = hosts('a').hosts;
    const theirs = { id: 'n', name: 'default', driver: 'bridge', scope: 'local', internal: false, attachable: false };
    const live = {
      ...hosts('a'),
      hosts: [{ ...host, networks: [{ ...theirs, enableIpv6: false, labels: {}, options: {}, subnets: [] }] }],
    } as ReturnType<typeof hosts>;
    const external = network('default', { name: 'default', external: true });
    const result = plan(stack([service('web')], { networks: [external] }), live, OPTIONS);
    expect(result.ok && result.plan.steps.filter((s) => s.kind.startsWith('network'))).toEqual([]);
  });

  it('three hosts have three', () => {
    const three = { ...talking, workloads: talking.workloads.map((w) => ({ ...w, replicas: 3 })) };
    const result = plan(three, hosts('a', 'b', 'c'), OPTIONS);
    expect(result.ok && result.plan.steps.flatMap((s) => (s.kind === 'swarm.join' ? [s.role] : []))).toEqual([
      'manager',
      'manager',
    ]);
    expect(result.ok && result.plan.warnings).toEqual([]);
  });
});
