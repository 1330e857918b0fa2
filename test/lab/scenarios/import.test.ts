import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeLab } from '../harness.ts';

const COMPOSE = `
services:
  web:
    image: web:nocheck
    environment: {LOG_LEVEL: info, DB_PASSWORD: swordfish-of-the-variable}
    ports: ["8080:8080"]
    networks: [default, back]
    restart: unless-stopped
    secrets: [token]
  db:
    image: web:nocheck
    volumes: ["data:/data"]
    networks: {back: {aliases: [database]}}
    mem_limit: 64M
    stop_grace_period: 3s
  cache:
    image: web:nocheck
    environment: {SIZE: "2"}
    network_mode: none
networks: {back: {}}
volumes: {data: {}}
secrets: {token: {file: ./token.txt}}
`;
const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1}\n';
const SECRET = 'hunter2-of-the-file';
const HAS_COMPOSE = has('docker-compose');

function has(command: string): boolean {
  try {
    execFileSync(command, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describeLab('taking over what runs', (lab) => {
  let cwd = '';
  const before = new Map<string, string>();
  const stowage = (...args: string[]) => lab.cli(args, { cwd });
  const docker = (...args: string[]) => lab.docker('host1', args);
  const identity = (name: string) => docker('inspect', name, '--format', '{{.Id}} {{.State.StartedAt}}');
  const names = async () => (await docker('ps', '-a', '--format', '{{.Names}}')).split('\n').sort();
  const labelsOf = (service: string, hash: string) =>
    Object.entries({
      project: 'shop',
      service,
      'container-number': '1',
      oneoff: 'False',
      'config-hash': hash,
      'project.working_dir': '/srv/shop',
    }).flatMap(([key, value]) => ['--label', `com.docker.compose.${key}=${value}`]);

  /** As docker compose creates them. */
  async function composeUp(): Promise<void> {
    const hashes = new Map(
      (await stowage('config', '--hash', '*')).stdout.split('\n').map((line) => line.split(' ', 2) as [string, string]),
    );
    for (const network of ['default', 'back'])
      await docker('network', 'create', `shop_${network}`, '--label', `com.docker.compose.network=${network}`);
    await docker('volume', 'create', 'shop_data', '--label', 'com.docker.compose.volume=data');
    await lab.onHost('host1', 'sh', ['-c', `mkdir -p /srv && printf ${SECRET} > /srv/token`]);
    const run = (service: string, ...args: string[]) =>
      docker('run', '-d', '--name', `shop-${service}-1`, ...labelsOf(service, hashes.get(service) ?? ''), ...args);
    await run(
      'db',
      '--net',
      'shop_back',
      '--net-alias',
      'db',
      '--net-alias',
      'database',
      '--net-alias',
      'shop-db-1',
      '-v',
      'shop_data:/data:rw',
      '--memory',
      '64m',
      '--stop-timeout',
      '3',
      'web:nocheck',
    );
    await run(
      'web',
      '--net',
      'shop_back',
      '--net-alias',
      'web',
      '-p',
      '8080:8080',
      '--restart',
      'unless-stopped',
      '-e',
      'LOG_LEVEL=info',
      '-e',
      'DB_PASSWORD=swordfish-of-the-variable',
      '--mount',
      'type=bind,source=/srv/token,target=/run/secrets/token,readonly',
      'web:nocheck',
    );
    await docker('network', 'connect', '--alias', 'web', 'shop_default', 'shop-web-1');
    await run('legacy', 'web:nocheck');
    await docker('run', '-d', '--name', 'old-cache', '--network', 'none', '-e', 'SIZE=1', 'web:nocheck');
  }

  test('what would be taken over is shown, with who changed what, and nothing is done', async () => {
    cwd = lab.workspace({ 'compose.yaml': COMPOSE, 'stowage.yaml': STOWAGE, 'token.txt': SECRET });
    await composeUp();
    for (const name of ['shop-web-1', 'shop-db-1']) before.set(name, await identity(name));
    await docker('update', '--memory', '80m', '--memory-swap', '160m', 'shop-db-1');
    const shown = await stowage('import', '--dry-run', '--detailed-exitcode', '--json');
    expect(shown.exitCode, shown.all).toBe(2);
    const { adopt, next } = JSON.parse(shown.stdout);
    expect(adopt.map((a: { name: string; isSame: boolean }) => `${a.name} ${a.isSame}`).sort()).toEqual([
      'shop-db-1 false',
      'shop-web-1 true',
      'shop_back true',
      'shop_data true',
      'shop_default true',
    ]);
    expect(next).toEqual({ create: 1, update: 1 });
    const [difference] = adopt.find((a: { name: string }) => a.name === 'shop-db-1').differences;
    expect(difference).toMatchObject({ path: 'resources.memoryBytes', attribution: 'changed on the host' });
    expect(shown.stderr).toContain('the files have no service legacy');
    expect(await docker('volume', 'ls', '--quiet')).toBe('shop_data');
    await docker('update', '--memory', '64m', '--memory-swap', '128m', 'shop-db-1');
  });

  test('is not done unasked', async () => {
    expect((await stowage('import')).exitCode).toBe(64);
    const wrong = await stowage('import', '--yes', '--container', 'nobody=web', '--container', 'old-cache=nothing');
    expect(wrong.exitCode).toBe(64);
    expect(wrong.stderr).toContain('import/no-such-container');
    expect(wrong.stderr).toContain('import/no-such-workload');
  });

  test('is done without touching it; only what differs is left to do', async () => {
    const taken = await stowage('import', '--yes', '--from-compose', 'shop', '--container', 'old-cache=cache');
    expect(taken.exitCode, taken.all).toBe(0);
    for (const [name, was] of before) expect(await identity(name)).toBe(was);
    const { changes } = JSON.parse((await stowage('plan', '--json', '--refresh')).stdout);
    const actions = changes.map((c: { resource: string; action: string }) => `${c.resource} ${c.action}`);
    expect(actions.sort()).toEqual(['cache.1 replace', 'db.1 no-op', 'web.1 no-op']);
    const notes = await docker('volume', 'inspect', ...(await docker('volume', 'ls', '-q')).split('\n'));
    for (const secret of [SECRET, 'swordfish-of-the-variable']) expect(notes + taken.all).not.toContain(secret);
    expect((await stowage('ps')).stdout).toMatch(/web\.1 .*running.* 1 /);
    expect((await stowage('import', '--yes')).stdout).toContain('Nothing to take over');
  });

  test('an update makes them our own, one by one, and can be undone', async () => {
    const file = join(cwd, 'compose.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('LOG_LEVEL: info', 'LOG_LEVEL: debug'));
    const applied = await stowage('apply', '--yes');
    expect(applied.exitCode, applied.all).toBe(0);
    expect(await identity('shop-db-1')).toBe(before.get('shop-db-1'));
    expect(await names()).not.toContain('shop-web-1');
    const inside = await docker(
      'exec',
      (await names()).find((n) => n.startsWith('shop-web-1-')) ?? '',
      '/bin/busybox',
      'cat',
      '/run/secrets/token',
    );
    expect(inside).toBe(SECRET);
    expect((await stowage('plan', '--detailed-exitcode', '--refresh')).exitCode).toBe(0);
    const undone = await stowage('rollout', 'undo', '--yes');
    expect(undone.exitCode, undone.all).toBe(0);
    const env = await docker(
      'inspect',
      (await names()).find((n) => n.startsWith('shop-web-1-')) ?? '',
      '--format',
      '{{.Config.Env}}',
    );
    expect(env).toContain('LOG_LEVEL=info');
  });

  test('destroy removes them with their networks, and keeps the data', async () => {
    const gone = await stowage('destroy', '--yes');
    expect(gone.exitCode, gone.all).toBe(0);
    expect(await names()).toEqual(['shop-legacy-1']);
    expect(await docker('network', 'ls', '--filter', 'name=shop', '--quiet')).toBe('');
    expect(await docker('volume', 'ls', '--quiet', '--filter', 'name=shop_data')).toBe('shop_data');
  });

  test.skipIf(!HAS_COMPOSE)('takes over what docker-compose itself started', async () => {
    const compose =
      'version: "3.7"\nservices:\n  app:\n    image: web:nocheck\n    volumes: ["files:/files", /scratch]\n    tmpfs: /tmp\n    extra_hosts: ["b:10.0.0.2", "a:10.0.0.1"]\n    ulimits: {nproc: 100, nofile: {soft: 100, hard: 200}}\nvolumes: {files: {}}\n';
    const files = { 'compose.yaml': compose, 'stowage.yaml': STOWAGE.replace('shop', 'real') };
    cwd = lab.workspace(files);
    const env = { ...process.env, DOCKER_HOST: `unix://${lab.host('host1').socketPath}` };
    execFileSync('docker-compose', ['-p', 'real', 'up', '-d', '--scale', 'app=2'], { cwd, env, stdio: 'ignore' });
    writeFileSync(join(cwd, 'compose.yaml'), compose.replace('    tmpfs', '    deploy: {replicas: 2}\n    tmpfs'));
    const was = await Promise.all(['real_app_1', 'real_app_2'].map(identity));
    expect((await stowage('import', '--yes')).stdout).toContain('Nothing to do');
    expect((await stowage('plan', '--detailed-exitcode', '--refresh')).exitCode).toBe(0);
    expect(await Promise.all(['real_app_1', 'real_app_2'].map(identity))).toEqual(was);
  });
});
