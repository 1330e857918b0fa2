import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeLab } from '../harness.ts';

const HOSTS = ['host1', 'host2', 'host3'] as const;
const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1, host2: ssh://host2, host3: ssh://host3}\n';
const HERE = 'placement: {constraints: [node.hostname == host1]}';

/** Two services that talk to each other: all on the first host, or each on every host. */
const compose = (deploy: string, more = '') => `
services:
  web:
    image: web:nocheck
    networks: [front]
    deploy: {${deploy}}
  api:
    image: web:nocheck
    networks: {front: {aliases: [backend]}}
    deploy: {${deploy}}
${more}
networks:
  front: {internal: true, ipam: {config: [{subnet: 10.77.0.0/24}]}}
`;

/** One workload for each way to be on a network that is none of the stack's. */
const MODES = `
  alone: {image: web:nocheck, network_mode: none, deploy: {${HERE}}}
  bare: {image: web:nocheck, network_mode: host, environment: {PORT: "8099"}, deploy: {${HERE}}}
  beside: {image: web:nocheck, network_mode: "service:alone", environment: {PORT: "8081"}, deploy: {${HERE}}}
  old: {image: web:nocheck, networks: [legacy], deploy: {${HERE}}}
`;

describeLab('networks of a stack', (lab) => {
  let cwd = '';
  const cli = (...args: string[]) => lab.cli(args, { cwd });
  const apply = async () => {
    const result = await cli('apply', '--yes');
    expect(result.exitCode, result.all).toBe(0);
  };
  const write = (file: string, text: string) => writeFileSync(join(cwd, file), text);
  const named = (host: string, workload: string) =>
    lab.docker(host, ['ps', '-q', '--filter', `label=io.stowage.workload=${workload}`]);
  const ids = async () => [await named('host1', 'web'), await named('host1', 'api')];
  const swarm = (host: string) => lab.docker(host, ['info', '-f', '{{.Swarm.LocalNodeState}}']);

  test('on one host they are a bridge, and no swarm is needed', async () => {
    cwd = lab.workspace({
      'compose.yaml': compose(HERE),
      'stowage.yaml': `${STOWAGE}policy: {swarm: false}\n`,
    });
    await apply();
    expect(await lab.docker('host1', ['network', 'inspect', '-f', '{{.Driver}} {{.Internal}}', 'shop_front'])).toBe(
      'bridge true',
    );
    expect(await lab.docker('host1', ['exec', (await ids())[0] ?? '', '/web', 'get', 'http://backend:8080/'])).toMatch(
      /^nocheck/,
    );
  });

  test('where names are needed across hosts and a swarm is forbidden, nothing is changed', async () => {
    const before = await ids();
    write('compose.yaml', compose('mode: global'));
    const refused = await cli('apply', '--yes');
    expect(refused.exitCode, refused.all).toBe(77);
    expect(refused.all).toContain('policy/swarm');
    expect(await ids()).toEqual(before);
    write('stowage.yaml', STOWAGE);
  });

  test('a subnet that is taken is told before anything is changed', async () => {
    const before = await ids();
    await lab.docker('host1', ['network', 'create', '--subnet', '10.78.0.0/16', 'theirs']);
    write('compose.yaml', compose(HERE).replace('10.77.0.0/24', '10.78.1.0/24'));
    const refused = await cli('apply', '--yes');
    expect(refused.exitCode, refused.all).toBe(1);
    expect(refused.all).toMatch(/plan\/subnet-overlap[\s\S]*network theirs on host1/);
    expect(await ids()).toEqual(before);
    await lab.docker('host1', ['network', 'rm', 'theirs']);
  });

  test('a join that is refused leaves everything as it was', async () => {
    const before = await ids();
    write('compose.yaml', compose('mode: global'));
    const rule = ['INPUT', '-p', 'tcp', '--dport', '2377', '-j', 'REJECT'];
    await lab.onHost('host1', 'iptables', ['-I', ...rule]);
    try {
      const refused = await cli('apply', '--yes');
      expect(refused.exitCode, refused.all).not.toBe(0);
      expect(refused.all).toContain('swarm/unreachable');
      expect(await ids()).toEqual(before);
    } finally {
      await lab.onHost('host1', 'iptables', ['-D', ...rule]);
    }
  });

  test('going to several hosts is a planned move to an overlay, in the swarm that is there', async () => {
    const plan = await cli('plan', '--steps');
    expect(plan.all).not.toContain('swarm.init');
    expect(plan.all).toMatch(/swarm manager\s+host2[\s\S]*swarm manager\s+host3/);
    expect(plan.all).toMatch(/opens 2377\/tcp, 7946\/tcp\+udp, 4789\/udp between host1, host2, host3/);
    expect(plan.all).toMatch(/front\s+host1\s+replace\s+it now spans host1, host2, host3/);
    await apply();
    const network = '{{.Driver}} {{.Internal}} {{(index .IPAM.Config 0).Subnet}}';
    expect(await lab.docker('host1', ['network', 'inspect', '-f', network, 'shop_front'])).toBe(
      'overlay true 10.77.0.0/24',
    );
    expect((await cli('plan', '--detailed-exitcode')).exitCode).toBe(0);
  });

  test('a name answers across every pair of hosts', async () => {
    const containers = new Map<string, string>();
    for (const host of HOSTS) containers.set(host, await named(host, 'web'));
    for (const host of HOSTS) {
      const addresses = await lab.docker(host, ['exec', containers.get(host) ?? '', 'nslookup', 'backend']);
      expect(addresses.match(/Address: 10\.77\.0\.\d+/g), addresses).toHaveLength(3);
      for (const other of HOSTS) {
        const get = ['exec', containers.get(host) ?? '', '/web', 'get', `http://${containers.get(other)}:8080/`];
        expect(await lab.docker(host, get)).toContain(`nocheck ${containers.get(other)}`);
      }
    }
  });

  test('external networks, none, host and another workload’s', async () => {
    await lab.docker('host1', ['network', 'create', 'legacy']);
    const legacy = 'networks: {legacy: {external: true}, front:';
    const text = compose('mode: global', MODES).replace(/networks:\n {2}front:(.*)\n$/, `${legacy}$1}\n`);
    write('compose.yaml', text);
    await apply();
    const mode = async (workload: string) =>
      await lab.docker('host1', ['inspect', '-f', '{{.HostConfig.NetworkMode}}', await named('host1', workload)]);
    const alone = await lab.docker('host1', ['inspect', '-f', '{{.Id}}', await named('host1', 'alone')]);
    expect([await mode('alone'), await mode('bare'), await mode('beside'), await mode('old')]).toEqual([
      'none',
      'host',
      `container:${alone}`,
      'legacy',
    ]);
    expect((await cli('plan', '--detailed-exitcode')).exitCode).toBe(0);
  });

  test('is destroyed: foreign networks and the swarm stay', async () => {
    const gone = await cli('destroy', '--yes');
    expect(gone.exitCode, gone.all).toBe(0);
    expect(await lab.docker('host1', ['network', 'ls', '--format', '{{.Name}}'])).toContain('legacy');
    expect(await lab.docker('host1', ['network', 'ls', '--format', '{{.Name}}'])).not.toContain('shop_');
    expect([await swarm('host1'), await swarm('host2')]).toEqual(['active', 'active']);
  });
});
