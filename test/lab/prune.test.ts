import { beforeAll, expect, test } from 'vitest';
import { LABEL } from '../../src/model/labels.ts';
import { SCRATCH } from '../../src/planner/steps/resources.ts';
import { describeLab } from './harness.ts';

const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1, host2: ssh://host2}\n';
const compose = (image: string) => `services:
  web:
    image: ${image}
    deploy: {mode: global}
volumes: {data: {}}
`;

describeLab('pruning', (lab) => {
  let cwd = '';
  const cli = async (...args: string[]) => {
    const result = await lab.cli(args, { cwd });
    expect(result.exitCode, result.all).toBe(0);
    return result;
  };
  const release = async (image: string, settings = '') => {
    cwd = lab.workspace({ 'compose.yaml': compose(image), 'stowage.yaml': STOWAGE + settings });
    return await cli('apply', '--yes');
  };
  const images = async (host: string) =>
    (await lab.docker(host, ['images', '--format', '{{.Repository}}:{{.Tag}}'])).split('\n');

  beforeAll(async () => {
    await lab.cleanup({ images: true });
    for (const host of ['host1', 'host2']) await lab.docker(host, ['pull', '-q', 'tool:1']);
    for (const image of ['web:1', 'web:2', 'web:3']) await release(image);
  });

  test('images of old revisions go; those of kept ones and of others stay', async () => {
    await lab.docker('host2', ['tag', 'web:1', 'somebody/else:1']);
    const plan = await cli('prune', '--keep', '2', '--dry-run');
    expect(plan.stdout).toMatch(/web:1 +host1 +delete/);
    expect(await images('host1')).toContain('web:1');
    await cli('prune', '--keep', '2', '--yes');
    expect(await images('host1')).toEqual(expect.arrayContaining(['web:2', 'web:3', 'tool:1']));
    expect(await images('host1')).not.toContain('web:1');
    expect(await images('host2')).toEqual(expect.arrayContaining(['somebody/else:1', 'web:2', 'web:3', 'tool:1']));
    expect((await cli('prune', '--keep', '2')).stdout).toBe('Stack shop: nothing to remove.\n');
    expect((await cli('history')).stdout).not.toMatch(/^ *4 /m);
  });

  test('undo still needs no pull', async () => {
    const undo = await cli('rollout', 'undo', '--yes', '--json');
    expect(undo.stdout).toContain('"container.start"');
    expect(undo.stdout).not.toMatch(/"image\.(pull|transfer)"/);
    const [container = ''] = (await lab.docker('host1', ['ps', '-q', '--filter', `label=${LABEL.workload}=web`])).split(
      '\n',
    );
    const version = ['inspect', '-f', '{{range .Config.Env}}{{println .}}{{end}}', container];
    expect(await lab.docker('host1', version)).toContain('VERSION=2');
  });

  test('networks and scratch space without a user go; data goes by name only', async () => {
    const own = `${LABEL.stack}=shop`;
    await lab.docker('host1', ['network', 'create', '--label', own, 'shop_old']);
    await lab.docker('host1', ['volume', 'create', '--label', own, '--label', `${SCRATCH}=gone`, 'shop_scratch']);
    await lab.docker('host1', ['volume', 'create', '--label', own, '--label', `${LABEL.resource}=data`, 'shop_data']);
    await lab.docker('host1', ['volume', 'create', 'mine']);
    await cli('prune', '--yes');
    const left = async (kind: string) => (await lab.docker('host1', [kind, 'ls', '--format', '{{.Name}}'])).split('\n');
    expect(await left('network')).not.toContain('shop_old');
    expect(await left('volume')).toEqual(expect.arrayContaining(['shop_data', 'mine']));
    expect(await left('volume')).not.toContain('shop_scratch');
    await cli('prune', '--yes', '--allow-data-loss', 'shop_data');
    expect(await left('volume')).not.toContain('shop_data');
  });

  test('an apply ends with it where the stack asks for that', async () => {
    const applied = await release('web:nocheck', 'prune: {keep: 1, after-apply: true}\n');
    expect(applied.all).toMatch(/image\.remove web:2/);
    expect(await images('host1')).toEqual(expect.arrayContaining(['web:nocheck', 'tool:1']));
    for (const old of ['web:2', 'web:3']) expect(await images('host1')).not.toContain(old);
    expect((await lab.cli(['plan', '--detailed-exitcode'], { cwd })).exitCode).toBe(0);
  });
});
