import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LABEL } from '../../src/model/labels.ts';
import { describeLab } from './harness.ts';

const COMPOSE = `services:
  web:
    image: web:nocheck
    configs: [{source: live, target: /etc/live.conf}]
    secrets: [{source: token, uid: "7", gid: "8", mode: 0400}]
  api:
    image: web:nocheck
    configs: [{source: fixed, target: /etc/fixed.conf}]
    volumes: [{type: bind, source: ./pages, target: /pages, x-stowage: {sync: true}}]
  idle:
    image: web:nocheck
configs:
  live: {file: ./live.conf, x-stowage: {on-change: {signal: CONT}}}
  fixed: {file: ./fixed.conf}
secrets:
  token: {x-stowage: {from: {command: [cat, ./token]}}}
`;
const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1}\n';

describeLab('configs and secrets', (lab) => {
  let cwd = '';
  const printed: string[] = [];
  const cli = async (...args: string[]) => {
    const result = await lab.cli(args, { cwd });
    printed.push(result.all);
    expect(result.exitCode, result.all).toBe(0);
    return result.all;
  };
  const id = (workload: string) =>
    lab.docker('host1', ['ps', '-q', '--no-trunc', '--filter', `label=${LABEL.workload}=${workload}`]);
  const ids = async () => ({ web: await id('web'), api: await id('api'), idle: await id('idle') });
  /** A file of a container as a tar listing and its content. */
  const fileIn = async (container: string, path: string) => {
    const socket = `unix://${lab.host('host1').socketPath}`;
    const tar = `docker -H ${socket} cp ${container}:${path} -`;
    const listed = await lab.run('sh', ['-c', `${tar} | tar -tvf - --numeric-owner; ${tar} | tar -xOf -`]);
    return listed.stdout;
  };

  test('are put into the containers with owner and mode', async () => {
    cwd = lab.workspace({
      'compose.yaml': COMPOSE,
      'stowage.yaml': STOWAGE,
      'live.conf': 'live 1',
      'fixed.conf': 'fixed 1',
      token: 'planted-token-1\n',
      'pages/deep/banner': 'page 1',
    });
    await cli('apply', '--yes');
    const { web } = await ids();
    const token = await fileIn(web, '/run/secrets/token');
    expect(token).toMatch(/^-r--------\s+7\/8\s/);
    expect(token.trim().endsWith('planted-token-1')).toBe(true);
  });

  test('a change with a signal replaces no container, one without replaces exactly its users', async () => {
    const before = await ids();
    writeFileSync(join(cwd, 'live.conf'), 'live 2');
    expect(await cli('plan', '--steps')).toMatch(/container\.signal/);
    await cli('apply', '--yes');
    expect(await ids()).toEqual(before);
    expect(await fileIn(before.web, '/etc/live.conf')).toContain('live 2');
    expect((await lab.cli(['plan', '--detailed-exitcode'], { cwd })).exitCode).toBe(0);

    writeFileSync(join(cwd, 'fixed.conf'), 'fixed 2');
    await cli('apply', '--yes');
    const after = await ids();
    expect({ web: after.web, idle: after.idle }).toEqual({ web: before.web, idle: before.idle });
    expect(after.api).not.toBe(before.api);
  });

  test('no secret stands in a plan, a label, the environment or what is printed', async () => {
    writeFileSync(join(cwd, 'token'), 'planted-token-2\n');
    await cli('plan', '--out', 'saved.plan', '--steps');
    printed.push(await cli('plan', '--json'));
    const saved = await lab.run('cat', ['saved.plan'], { cwd });
    await cli('apply', '--yes');
    await cli('history');
    const all = await lab.docker('host1', ['ps', '-aq']);
    const containers = await lab.docker('host1', ['inspect', ...all.split('\n')]);
    const volumes = await lab.docker('host1', ['volume', 'ls', '-q']);
    const labels = await lab.docker('host1', ['volume', 'inspect', ...volumes.split('\n')]);
    for (const text of [...printed, saved.stdout, containers, labels]) expect(text).not.toContain('planted-token');
    expect(await fileIn(await id('web'), '/run/secrets/token')).toContain('planted-token-2');
  });

  test('a folder of this machine is copied by its content; a change replaces exactly its users', async () => {
    const before = await ids();
    expect(await fileIn(before.api, '/pages/deep/banner')).toContain('page 1');
    expect((await lab.cli(['plan', '--detailed-exitcode'], { cwd })).exitCode).toBe(0);
    writeFileSync(join(cwd, 'pages', 'deep', 'banner'), 'page 2');
    expect(await cli('plan', '--steps')).toMatch(/bind\.sync/);
    await cli('apply', '--yes');
    const after = await ids();
    expect({ web: after.web, idle: after.idle }).toEqual({ web: before.web, idle: before.idle });
    expect(await fileIn(after.api, '/pages/deep/banner')).toContain('page 2');
  });

  test('copies that no kept revision mounts are pruned, by a login that is not root too', async () => {
    const copies = async () => {
      const found = await lab.onHost('host1', 'find', ['/var/lib/stowage/sync/shop', '-name', 'banner']);
      return found.split('\n').filter(Boolean).length;
    };
    expect(await copies()).toBe(2);
    expect(await cli('prune', '--keep', '2', '--yes')).not.toContain('/var/lib/stowage/sync');
    writeFileSync(join(cwd, 'stowage.yaml'), STOWAGE.replace('host1}', 'deploy@host1}'));
    expect(await cli('prune', '--keep', '1', '--yes')).toContain('/var/lib/stowage/sync/shop/');
    expect(await copies()).toBe(1);
    expect(await cli('prune', '--keep', '1')).not.toContain('/var/lib/stowage/sync');
  });

  test('a path that is not on the host is told before anything is stopped; one of this machine is warned of', async () => {
    const before = await ids();
    mkdirSync(join(cwd, 'here'), { recursive: true });
    const mounts = 'volumes: [{type: bind, source: /srv/absent, target: /absent}, ./here:/here]';
    writeFileSync(join(cwd, 'compose.yaml'), COMPOSE.replace('  idle:\n', `  idle:\n    ${mounts}\n`));
    const failed = await lab.cli(['apply', '--yes'], { cwd });
    expect(failed.exitCode, failed.all).toBe(1);
    expect(failed.all).toMatch(/bind\/path-missing/);
    expect(failed.all).toMatch(/plan\/relative-bind/);
    expect(failed.all).toContain('/srv/absent on host1');
    expect(await ids()).toEqual(before);
    writeFileSync(join(cwd, 'compose.yaml'), COMPOSE);
  });

  test('a source that gives nothing is told before anything is stopped', async () => {
    const before = await ids();
    writeFileSync(join(cwd, 'compose.yaml'), COMPOSE.replace('[cat, ./token]', '[cat, ./absent]'));
    const failed = await lab.cli(['apply', '--yes'], { cwd });
    expect(failed.exitCode).toBe(64);
    expect(failed.all).toContain('payload/source');
    expect(await ids()).toEqual(before);
  });
});
