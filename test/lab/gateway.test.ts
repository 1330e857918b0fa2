import { expect, test } from 'vitest';
import { startLoad } from './harness/load.ts';
import { describeLab } from './harness.ts';

const ONE = 'hosts: {host1: ssh://host1}\n';
const TWO = 'hosts: {host1: ssh://host1, host2: ssh://host2}\n';

function service(port: number, replicas: number, more = ''): string {
  const web = `image: "web:1", restart: always, ports: ["${port}:8080"], deploy: {replicas: ${replicas}}${more}`;
  return `services: {web: {${web}}}\n`;
}

describeLab('the gateway of a host', (lab) => {
  test('a second stack publishes another port, and the first loses no request', async () => {
    const shop = lab.workspace({ 'compose.yaml': service(80, 2), 'stowage.yaml': `stack: shop\n${ONE}` });
    const blog = lab.workspace({ 'compose.yaml': service(81, 2), 'stowage.yaml': `stack: blog\n${ONE}` });
    expect((await lab.cli(['apply', '--yes'], { cwd: shop })).exitCode).toBe(0);
    const load = await startLoad(lab.directory, { urls: ['http://10.210.0.11/'], perSecond: 100, keepAlive: 40 });
    expect((await lab.cli(['apply', '--yes'], { cwd: blog })).exitCode).toBe(0);
    expect((await lab.http('host1', 81)).status).toBe(200);
    expect((await lab.cli(['destroy', '--yes'], { cwd: blog })).exitCode).toBe(0);
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    expect((await lab.http('host1', 81)).status).toBe(0);
    expect((await lab.http('host1', 80)).status).toBe(200);
  });

  test('it serves the same replicas after the host has been off', async () => {
    await lab.reboot('host1');
    await expect.poll(async () => (await lab.http('host1', 80)).status, { timeout: 30_000 }).toBe(200);
    const status = async () =>
      JSON.parse((await lab.cli(['gateway', 'status', '--json', '--host', 'ssh://host1'])).stdout)[0];
    const states = async () => (await status()).servers.map((s: { status: string }) => s.status);
    await expect.poll(states, { timeout: 30_000, interval: 1000 }).toEqual(['up', 'up']);
    expect(await status()).toMatchObject({
      host: 'host1',
      isRunning: true,
      listeners: [{ port: 80, stacks: ['shop'] }],
    });
  });

  test('replicas do not reach those of another stack through it', async () => {
    const other = lab.workspace({ 'compose.yaml': service(82, 2), 'stowage.yaml': `stack: other\n${ONE}` });
    expect((await lab.cli(['apply', '--yes'], { cwd: other })).exitCode).toBe(0);
    const address = (name: string) =>
      lab.docker('host1', ['inspect', '-f', '{{(index .NetworkSettings.Networks "stowage-gateway").IPAddress}}', name]);
    const names = (await lab.docker('host1', ['ps', '--format', '{{.Names}}'])).split('\n');
    const mine = names.find((n) => n.startsWith('shop-web')) ?? '';
    const theirs = names.find((n) => n.startsWith('other-web')) ?? '';
    const asked = lab.docker('host1', ['exec', mine, '/bin/nc', '-w', '2', await address(theirs), '8080']);
    await expect(asked).rejects.toThrow();
    expect((await lab.cli(['destroy', '--yes'], { cwd: other })).exitCode).toBe(0);
  });

  test('a port somebody else holds is an error that names it, and what was served is served', async () => {
    await lab.docker('host1', ['run', '-d', '--name', 'holder', '--network', 'host', '-e', 'PORT=83', 'web:1']);
    const late = lab.workspace({ 'compose.yaml': service(83, 2), 'stowage.yaml': `stack: late\n${ONE}` });
    const result = await lab.cli(['apply', '--yes'], { cwd: late });
    expect(result.exitCode, result.all).toBe(1);
    expect(result.all).toContain('gateway/port-taken');
    expect((await lab.http('host1', 80)).status).toBe(200);
    await lab.docker('host1', ['rm', '-f', 'holder']);
    expect((await lab.cli(['apply', '--yes'], { cwd: late })).exitCode).toBe(0);
    expect((await lab.http('host1', 83)).status).toBe(200);
    expect((await lab.cli(['destroy', '--yes'], { cwd: late })).exitCode).toBe(0);
  });

  test('the last stack takes the gateway, its network and its volumes along', async () => {
    expect((await lab.cli(['destroy', '--yes', '--stack', 'shop', '--host', 'ssh://host1'])).exitCode).toBe(0);
    expect(await lab.docker('host1', ['ps', '-aq', '--filter', 'label=io.stowage.role=gateway'])).toBe('');
    expect(await lab.docker('host1', ['network', 'ls', '-q', '--filter', 'name=stowage-gateway'])).toBe('');
    expect(await lab.docker('host1', ['volume', 'ls', '-q', '--filter', 'name=stowage-gateway'])).toBe('');
  });

  test('a host whose own replicas are gone passes requests on to the others', async () => {
    const cwd = lab.workspace({ 'compose.yaml': service(80, 2), 'stowage.yaml': `stack: duo\n${TWO}` });
    const result = await lab.cli(['apply', '--yes'], { cwd });
    expect(result.exitCode, result.all).toBe(0);
    const mine = await lab.docker('host1', ['ps', '-q', '--filter', 'label=io.stowage.workload=web']);
    await lab.docker('host1', ['stop', '-t', '1', mine]);
    await expect.poll(async () => (await lab.http('host1', 80)).status, { timeout: 15_000 }).toBe(200);
    const host2 = await lab.docker('host2', ['ps', '-q', '--filter', 'label=io.stowage.workload=web']);
    expect((await lab.http('host1', 80)).body).toContain(host2);
    await lab.docker('host2', ['stop', '-t', '1', host2]);
    await expect.poll(async () => (await lab.http('host1', 80)).status, { timeout: 15_000 }).toBe(503);
    expect((await lab.cli(['apply', '--yes'], { cwd })).exitCode).toBe(0);
    await expect.poll(async () => (await lab.http('host1', 80)).status, { timeout: 15_000 }).toBe(200);
  });
});
