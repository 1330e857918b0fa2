import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeLab } from './harness.ts';

const HOSTS = 'stack: shop\nhosts: {host1: ssh://host1, host2: ssh://host2}\n';
const compose = (volume: string) => `services:
  db:
    image: store:1
    ports: ["8081:8080"]
    x-stowage: {publish: host}
    volumes: ["${volume}:/data"]
volumes: {${volume}: {}}
`;

describeLab('volumes', (lab) => {
  let cwd = '';
  const cli = async (...args: string[]) => {
    const result = await lab.cli(args, { cwd });
    expect(result.exitCode, result.all).toBe(0);
    return result.all;
  };
  const home = async () => {
    const { volumes } = JSON.parse(await cli('volume', 'ls', '--json')) as {
      volumes: { name: string; host: string }[];
    };
    return volumes.map((v) => `${v.name} on ${v.host}`);
  };
  const ask = async (path: string) => {
    const [place] = await home();
    return (await lab.http(place?.endsWith('host1') ? 'host1' : 'host2', 8081, path)).body.trim();
  };

  test('a backup is a tar with its checksum, and restores byte for byte', async () => {
    cwd = lab.workspace({ 'compose.yaml': compose('data'), 'stowage.yaml': HOSTS });
    await cli('apply', '--yes');
    await ask('/put?who=ann');
    await cli('volume', 'backup', 'data', '--output', 'data.tar', '--pause');
    const bytes = readFileSync(join(cwd, 'data.tar'));
    const sum = createHash('sha256').update(bytes).digest('hex');
    expect(readFileSync(join(cwd, 'data.tar.sha256'), 'utf8')).toBe(`${sum}  data.tar\n`);
    expect(existsSync(join(cwd, 'data.tar.partial'))).toBe(false);

    await ask('/put?who=bob');
    const refused = await lab.cli(['volume', 'restore', 'data', 'data.tar', '--yes'], { cwd });
    expect(refused.exitCode).toBe(64);
    expect(refused.all).toContain('--allow-data-loss shop_data');
    expect(await ask('/get?who')).toBe('bob');
    await cli('volume', 'restore', 'data', 'data.tar', '--yes', '--verify', '--allow-data-loss', 'shop_data');
    expect(await ask('/get?who')).toBe('ann');
    expect((await lab.cli(['plan', '--detailed-exitcode'], { cwd })).exitCode).toBe(0);
  });

  test('a damaged backup is found out before anything stops', async () => {
    writeFileSync(join(cwd, 'data.tar'), 'nothing');
    const args = ['volume', 'restore', 'data', 'data.tar', '--yes', '--allow-data-loss', 'shop_data'];
    const refused = await lab.cli(args, { cwd });
    expect(refused.exitCode).toBe(64);
    expect(refused.all).toContain('volume/backup-damaged');
    expect(await ask('/get?who')).toBe('ann');
  });

  test('a move takes data and workload along, and leaves nothing behind', async () => {
    const [before] = await home();
    const to = before?.endsWith('host1') ? 'host2' : 'host1';
    await cli('volume', 'move', 'data', '--to', to, '--yes');
    expect(await home()).toEqual([`shop_data on ${to}`]);
    expect(await ask('/get?who')).toBe('ann');
    expect((await lab.cli(['plan', '--detailed-exitcode'], { cwd })).exitCode).toBe(0);
  });

  test('a volume with another name in the file is warned of, and keeps its data when told to', async () => {
    writeFileSync(join(cwd, 'compose.yaml'), compose('store'));
    const plan = await lab.cli(['plan'], { cwd });
    expect(plan.all).toContain('--move-volume shop_data=shop_store');
    await cli('apply', '--yes', '--move-volume', 'shop_data=shop_store');
    expect((await home()).map((v) => v.split(' ')[0])).toEqual(['shop_store']);
    expect(await ask('/get?who')).toBe('ann');
  });

  test('the host’s tar and the engine’s archive calls read and write the same', async () => {
    const [name = '', host = ''] = (await home())[0]?.split(' on ') ?? [];
    const sh = (script: string) =>
      lab.onHost(host, 'sh', ['-c', `cd /var/lib/docker/volumes/${name}/_data && ${script}`]);
    const content = () =>
      sh("{ find . -printf '%p %y %U %G %m %l %n %s\\n'; find . -type f -exec sha256sum {} +; } | sort");
    const as = (user: string, ...args: string[]) => {
      const hosts = HOSTS.replaceAll('ssh://', `ssh://${user}@`);
      writeFileSync(join(cwd, 'stowage.yaml'), hosts);
      return cli('volume', ...args);
    };
    const restored = async (user: string, file: string) => {
      await sh('find . -mindepth 1 -delete');
      await as(user, 'restore', name, file, '--yes', '--verify', '--allow-data-loss', name);
      return await content();
    };
    await sh(`mkdir d é && echo x >d/f && ln d/f hard && ln -s ../x sym && chown -R 1234:5678 d && chmod 2750 d &&
      mkfifo pipe && truncate -s 30M holes && printf z | dd of=holes bs=1 seek=9000000 conv=notrunc && chmod 711 .`);
    const before = await content();
    await as('root', 'backup', name, '--output', 'tar.tar');
    await as('deploy', 'backup', name, '--output', 'engine.tar');
    // Only tar keeps holes, so that it tells which way each was made.
    expect(statSync(join(cwd, 'tar.tar')).size).toBeLessThan(1_000_000);
    expect(statSync(join(cwd, 'engine.tar')).size).toBeGreaterThan(30_000_000);

    expect(await restored('deploy', 'tar.tar')).toBe(before);
    expect(await restored('root', 'engine.tar')).toBe(before);
    expect(await restored('root', 'tar.tar')).toBe(before);
    expect(Number(await sh('du -k holes | cut -f1'))).toBeLessThan(1_000);
  });

  test.skipIf(spawnSync('zstd', ['--version']).error !== undefined)(
    'a backup is packed with zstd [needs zstd]',
    async () => {
      await cli('volume', 'backup', 'store', '--output', 'data.tar.zst', '--pause');
      expect(readFileSync(join(cwd, 'data.tar.zst')).subarray(0, 4).toString('hex')).toBe('28b52ffd');
      await ask('/put?who=bob');
      await cli('volume', 'restore', 'store', 'data.tar.zst', '--yes', '--allow-data-loss', 'shop_store');
      expect(await ask('/get?who')).toBe('ann');
    },
  );
});
