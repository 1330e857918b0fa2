import { afterAll, beforeAll, expect, test } from 'vitest';
import { gossipChecks } from '../../src/app/doctor-gossip.ts';
import type { HostConnection } from '../../src/executors/transport/connection.ts';
import type { RunOutcome } from '../../src/model/events.ts';
import type { NetworkSpec } from '../../src/model/step.ts';
import { bundled } from './harness/driver.ts';
import { describeLab } from './harness.ts';
import { openSockets, perform, replica, spec, steps } from './steps/support.ts';

const DRIVER = await bundled(new URL('./steps/driver.ts', import.meta.url));

describeLab('a network across hosts', (lab) => {
  let hosts: Map<string, HostConnection>;
  beforeAll(async () => {
    hosts = await openSockets(lab);
    for (const { name } of lab.hosts) await lab.docker(name, ['pull', '-q', 'web:nocheck']);
  });
  afterAll(async () => {
    await Promise.all([...hosts.values()].map((host) => host.close()));
    await lab.cleanup();
    for (const { name } of lab.hosts) await lab.docker(name, ['swarm', 'leave', '--force']).catch(() => undefined);
  });

  const address = (host: string) => lab.host(host).address;
  const overlay: NetworkSpec = {
    name: 'shop_app',
    resource: 'app',
    driver: 'overlay',
    driverOptions: {},
    internal: false,
    attachable: true,
    enableIpv6: false,
    ipam: { config: [], options: {} },
    labels: {},
  };
  const web = (host: string) =>
    spec(`shop_web_${host}`, {
      image: 'web:nocheck',
      network: { mode: 'networks', attachments: [{ network: overlay.name, aliases: ['web'] }] },
    });

  test('the hosts join a swarm, and joining again changes nothing', async () => {
    const work = steps(
      { kind: 'swarm.init', advertiseAddress: address('host1') },
      { kind: 'swarm.join', host: 'host2', via: 'host1', role: 'manager', advertiseAddress: address('host2') },
      { kind: 'swarm.join', host: 'host3', via: 'host1', role: 'worker', advertiseAddress: address('host3') },
    );
    for (const _run of [1, 2]) expect((await perform(hosts, work)).diagnostics).toEqual([]);
    const nodes = await lab.docker('host1', ['node', 'ls', '--format', '{{.Hostname}} {{.ManagerStatus}}']);
    expect(
      nodes
        .split('\n')
        .map((line) => line.trim())
        .sort(),
    ).toEqual(['host1 Leader', 'host2 Reachable', 'host3']);
  });

  test('containers find each other across hosts', async () => {
    const up = (host: string) => [
      { kind: 'container.create' as const, host, replica, spec: web(host) },
      { kind: 'container.start' as const, host, replica, container: web(host).name },
    ];
    const work = steps({ kind: 'network.create', network: overlay }, ...up('host1'), ...up('host3'));
    for (const _run of [1, 2]) expect((await perform(hosts, work)).diagnostics).toEqual([]);
    const ask = () => lab.docker('host1', ['exec', 'shop_web_host1', '/web', 'get', 'http://shop_web_host3:8080/']);
    await expect.poll(ask, { timeout: 15_000 }).toMatch(/^nocheck [0-9a-f]{12}/);
  });

  test('a probe reaches a container that has only an overlay address', async () => {
    const probe = {
      action: { type: 'http' as const, scheme: 'http' as const, port: 8080, path: '/healthz', headers: [] },
      initialDelaySeconds: 0,
      periodSeconds: 1,
      timeoutSeconds: 2,
      failureThreshold: 3,
      successThreshold: 1,
    };
    const work = steps({
      kind: 'health.wait',
      host: 'host3',
      replica,
      container: web('host3').name,
      until: { type: 'probe', probe, stableSeconds: 0 },
      timeoutSeconds: 10,
    });
    const run = await lab.run(process.execPath, [DRIVER], {
      input: JSON.stringify({ hosts: ['host3'], steps: work }),
    });
    const { outcome } = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}') as { outcome: RunOutcome };
    expect(outcome, run.all).toMatchObject({ status: 'done' });
  });

  test('a host of another swarm is refused', async () => {
    await lab.docker('host3', ['rm', '-f', 'shop_web_host3']);
    await lab.docker('host3', ['swarm', 'leave', '--force']);
    await lab.docker('host3', ['swarm', 'init', '--advertise-addr', address('host3')]);
    const work = steps({
      kind: 'swarm.join',
      host: 'host3',
      via: 'host1',
      role: 'worker',
      advertiseAddress: address('host3'),
    });
    expect((await perform(hosts, work)).codes).toEqual(['swarm/other']);
  });

  test('a host that hears nothing of its swarm is told before anything starts there', async () => {
    await lab.docker('host3', ['swarm', 'leave', '--force']);
    const squatter = lab.start('nsenter', [
      `--net=${lab.directory}/ns/host3`,
      process.execPath,
      '-e',
      "require('node:net').createServer().listen(7946, () => console.log('taken'))",
    ]);
    try {
      await squatter.waitForOutput('taken');
      const work = steps({
        kind: 'swarm.join',
        host: 'host3',
        via: 'host1',
        role: 'worker',
        advertiseAddress: address('host3'),
      });
      expect((await perform(hosts, work)).codes).toEqual(['swarm/deaf']);
      const gossip = (await gossipChecks([...hosts.values()])).map(({ host, status }) => `${host} ${status}`);
      expect(gossip.sort()).toEqual(['host1 ok', 'host2 ok', 'host3 error']);
    } finally {
      squatter.kill('SIGKILL');
      await squatter.done;
    }
  });
});
