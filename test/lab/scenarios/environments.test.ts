import { expect, test } from 'vitest';
import { describeLab } from '../harness.ts';

const STOWAGE = `stack: shop
hosts: {host1: ssh://host1}
environments:
  staging: {stack: shop-staging, env-files: [staging.env]}
  production: {env-files: [production.env]}
`;
const COMPOSE = `services:
  web:
    image: web:nocheck
    environment: {STAGE: "\${STAGE}"}
    ports: ["\${PORT}:8080"]
    volumes: [data:/data]
    deploy: {replicas: 2}
  api: {image: web:nocheck}
volumes: {data: {}}
`;
const BLOG = `services:
  front: {image: web:nocheck, ports: ["8080:8080"], deploy: {replicas: 2}}
`;

describeLab('environments and stacks on the same host', (lab) => {
  let cwd = '';
  const cli = (...args: string[]) => lab.cli(args, { cwd });
  const done = async (...args: string[]) => {
    const result = await cli(...args);
    expect(result.exitCode, result.all).toBe(0);
    return result;
  };
  const stage = async (port: number) => /STAGE=\w+/.exec((await lab.http('host1', port, '/env')).body)?.[0];
  const containers = async (stack: string) =>
    (await lab.docker('host1', ['ps', '-aq', '--filter', `label=io.stowage.stack=${stack}`])).split('\n').length;

  test('one file is applied as two environments, side by side', async () => {
    cwd = lab.workspace({
      'stowage.yaml': STOWAGE,
      'compose.yaml': COMPOSE,
      'staging.env': 'STAGE=staging\nPORT=8081\n',
      'production.env': 'STAGE=production\nPORT=8080\n',
    });
    for (const name of ['staging', 'production']) await done('apply', '--env', name, '--yes');
    expect([await stage(8080), await stage(8081)]).toEqual(['STAGE=production', 'STAGE=staging']);
    for (const name of ['staging', 'production']) await done('plan', '--env', name, '--detailed-exitcode');
    const volumes = await lab.docker('host1', ['volume', 'ls', '--format', '{{.Name}}']);
    expect(volumes.split('\n')).toEqual(expect.arrayContaining(['shop_data', 'shop-staging_data']));
  });

  test('names lead to the own stack only', async () => {
    for (const stack of ['shop', 'shop-staging']) {
      const filters = ['--filter', `label=io.stowage.stack=${stack}`, '--filter', 'label=io.stowage.workload='];
      const one = async (workload: string) =>
        (await lab.docker('host1', ['ps', '-q', ...filters.slice(0, -1), `${filters.at(-1)}${workload}`])).split(
          '\n',
        )[0];
      const answer = await lab.docker('host1', ['exec', (await one('web')) ?? '', '/web', 'get', 'http://api:8080/']);
      expect(answer).toContain(await one('api'));
    }
  });

  test('a port of another stack is refused in the plan, by name', async () => {
    const blog = lab.workspace({ 'stowage.yaml': 'stack: blog\nhosts: {host1: ssh://host1}\n', 'compose.yaml': BLOG });
    const refused = await lab.cli(['plan'], { cwd: blog });
    expect(refused.exitCode, refused.all).toBe(1);
    expect(refused.all).toMatch(/plan\/port-taken[\s\S]*port 8080 on host1[\s\S]*stack shop /);
  });

  test('one goes and the other stays', async () => {
    const before = await containers('shop');
    await done('destroy', '--env', 'staging', '--yes');
    expect(await stage(8080)).toBe('STAGE=production');
    expect(await containers('shop')).toBe(before);
    expect((await lab.http('host1', 8081, '/')).status).toBe(0);
  });
});
