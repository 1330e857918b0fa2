import { describe, expect, it } from 'vitest';
import type { DesiredState, Endpoint, HealthCheck, Network, Workload } from '../../../src/model/desired.ts';
import type { LiveState } from '../../../src/model/live.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { Step } from '../../../src/model/step.ts';
import { endpointOf, hosts, network, service, stack } from '../build.ts';
import { planned } from '../rollout/rollouts.ts';
import { simulate } from '../simulate.ts';

const CHECK = { test: ['CMD', 'ok'] };

interface Given {
  readonly image?: string;
  readonly replicas?: number;
  readonly isChecked?: boolean;
  readonly health?: HealthCheck;
  readonly workload?: Partial<Workload>;
  readonly endpoint?: Partial<Endpoint>;
  readonly network?: Partial<Network>;
}

function web({ image = 'web:1', replicas = 1, isChecked = true, health = CHECK, ...more }: Given = {}): DesiredState {
  const one = service('web', {
    image,
    replicas,
    container: isChecked ? { health } : {},
    workload: more.workload ?? {},
  });
  return stack([one], {
    endpoints: [{ ...endpointOf(one), ...more.endpoint }],
    networks: [network('default', more.network)],
  });
}

function after(desired: DesiredState, live: LiveState = hosts('a')): LiveState {
  return simulate(live, planned(desired, live).steps);
}

function held(plan: Plan) {
  return plan.steps.flatMap((s) => (s.kind === 'container.create' && s.held ? [s.held] : []));
}

function only<K extends Step['kind']>(plan: Plan, kind: K): Step<K> {
  const [step, ...others] = plan.steps.filter((s): s is Step<K> => s.kind === kind);
  if (step === undefined || others.length > 0) throw new Error(`${others.length + 1} steps ${kind}`);
  return step;
}

describe('who gets its names only once it is ready', () => {
  const spare = { ipam: { config: [{ subnet: '10.8.0.0/24', ipRange: '10.8.0.0/26' }], options: {} } };
  const whole = { ipam: { config: [{ subnet: '10.8.0.0/24' }], options: {} } };
  const endpoint = { names: ['web', 'db'] };
  it.each<[string, Given, boolean]>([
    ['one of several', { replicas: 2 }, true],
    ['the only one of a compose service', { replicas: 1 }, false],
    ['the only one of a Kubernetes workload', { workload: { namespace: 'default' } }, true],
    ['one without a check', { replicas: 2, isChecked: false }, false],
    ['one whose check is turned off', { replicas: 2, health: { test: ['NONE'] } }, false],
    ["one with settings of its image's check", { replicas: 2, health: { intervalMs: 1000 } }, true],
    ['one whose service publishes what is not ready', { replicas: 2, endpoint: { publishNotReady: true } }, false],
    ['one under several names', { replicas: 2, endpoint }, true],
    ['one on a network of others', { replicas: 2, network: { external: true } }, false],
    ['one on a network with IPv6', { replicas: 2, network: { enableIpv6: true } }, false],
    ['one on a network whose engine gives away every address', { replicas: 2, network: whole }, false],
    ['one on a network whose engine is to give away a part', { replicas: 2, network: spare }, true],
  ])('%s', (_name, given, isHeld) => {
    const { network: own } = given;
    const live = own?.external
      ? {
          ...hosts('a'),
          hosts: hosts('a').hosts.map((h) => ({
            ...h,
            networks: [
              {
                ...{
                  id: 'n',
                  name: 'shop_default',
                  driver: 'bridge',
                  scope: 'local',
                  internal: false,
                  attachable: true,
                },
                ...{ enableIpv6: false, labels: {}, options: {}, subnets: [] },
              },
            ],
          })),
        }
      : hosts('a');
    expect(held(planned(web(given), live)).length > 0).toBe(isHeld);
  });

  it('says so where a network has no address to spare', () => {
    const codes = planned(web({ replicas: 2, network: whole }), hosts('a')).warnings.map((w) => [w.severity, w.code]);
    expect(codes).toEqual([['note', 'plan/names-at-once']]);
  });

  it('and the network keeps addresses only for those', () => {
    expect(only(planned(web(), hosts('a')), 'network.create').keepsSpare).toBe(true);
    expect(only(planned(web({ isChecked: false }), hosts('a')), 'network.create').keepsSpare).toBeUndefined();
  });
});

describe('an update', () => {
  const live = after(web());
  const plan = planned(web({ image: 'web:2' }), live);

  it('creates the new replica without its names, at an address nobody else gets', () => {
    expect(held(plan)).toEqual([[{ network: 'shop_default', aliases: [], address: '10.9.0.128' }]]);
  });

  it('gives the names once it is ready, and only then takes them from the old one, which stops after that', () => {
    const [give, take] = [only(plan, 'names.give'), only(plan, 'names.take')];
    expect(give.after).toEqual([only(plan, 'health.wait').id]);
    expect(take.after).toContain(give.id);
    expect(only(plan, 'container.stop').after).toContain(take.id);
    expect([give.attachments[0]?.aliases, take.attachments[0]?.aliases]).toEqual([['web'], []]);
  });

  it('leaves nothing to do', () => {
    expect(planned(web({ image: 'web:2' }), simulate(live, plan.steps)).steps).toEqual([]);
  });

  it('uses no address twice, nor one that has just become free', () => {
    const now = simulate(live, plan.steps);
    const next = planned(web({ image: 'web:3' }), now);
    const last = planned(web({ image: 'web:4' }), simulate(now, next.steps));
    expect([next, last].map((p) => held(p)[0]?.[0]?.address)).toEqual(['10.9.0.129', '10.9.0.130']);
  });

  it('gives names at once while hosts are left out, whose addresses are not known', () => {
    const away = [{ workload: 'other', ordinal: 1, host: 'gone', reason: '' }];
    expect(held(planned(web({ image: 'web:2' }), live, { away }))).toEqual([]);
  });
});

describe('a run that was cut short', () => {
  const upTo = (steps: readonly Step[], kind: Step['kind']) =>
    steps.slice(
      0,
      steps.findIndex((s) => s.kind === kind),
    );
  const start = after(web());
  const update = planned(web({ image: 'web:2' }), start).steps;

  it('before the names were given: the next plan waits for the replica and gives them', () => {
    const plan = planned(web({ image: 'web:2' }), simulate(start, upTo(update, 'names.give')));
    const give = only(plan, 'names.give');
    expect(give.after).toEqual([only(plan, 'health.wait').id]);
    expect(give.held).toEqual([{ network: 'shop_default', aliases: [], address: '10.9.0.128' }]);
    expect(give.wereTaken).toBe(true);
    expect(plan.changes.find((c) => c.action === 'update')?.cause).toBe('names changed held back → given');
    expect(plan.steps.map((s) => s.kind)).not.toContain('container.update');
  });

  it('before the old one was stopped: going back gives it its names again', () => {
    const now = simulate(start, upTo(update, 'container.stop'));
    const plan = planned(web(), now);
    expect(only(plan, 'names.give').container).toBe(now.hosts[0]?.containers[0]?.name);
  });
});

describe('blue-green', () => {
  it('gives the names to the whole new set before it takes them from the old one', () => {
    const rollout = { ...web().workloads[0]?.rollout, strategy: 'blue-green' } as Workload['rollout'];
    const desired = (image: string) => web({ image, replicas: 2, workload: { rollout } });
    const plan = planned(desired('web:2'), after(desired('web:1')));
    const ids = (kind: Step['kind']) => plan.steps.filter((s) => s.kind === kind).map((s) => s.id);
    expect(ids('names.give')).toHaveLength(2);
    for (const take of plan.steps.filter((s) => s.kind === 'names.take'))
      expect(take.after).toEqual(expect.arrayContaining(ids('names.give')));
    expect(ids('names.take')).toHaveLength(2);
  });
});
