import { open } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { saveImage } from '../../src/executors/images/saved-image.ts';
import { sendImage } from '../../src/executors/images/transfer.ts';
import { closeHosts, openHosts } from '../../src/executors/transport/open.ts';
import { LABEL } from '../../src/model/labels.ts';
import { describeLab } from './harness.ts';

const COMPOSE = (image: string, more = '') => `services:
  web:
    image: ${image}
    ${more}
    deploy: {replicas: 2, placement: {max_replicas_per_node: 1}}
`;
const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1, host2: ssh://host2}\n';

describeLab('images that no registry serves', (lab) => {
  /** host3 plays the engine of the machine that stowage runs on. */
  let env: Record<string, string>;
  const apply = (cwd: string, ...more: string[]) => lab.cli(['apply', '--yes', ...more], { cwd, env });
  const imageOf = (host: string) =>
    lab.docker(host, ['ps', '--filter', `label=${LABEL.stack}=shop`, '--format', '{{.Names}} {{.Image}}']);
  const received = async (host: string) => {
    const text = await lab.onHost(host, 'cat', ['/proc/net/dev']);
    return Math.max(
      ...text
        .split('\n')
        .slice(2)
        .filter((l) => !/^\s*lo:/.test(l))
        .map((l) => Number(l.trim().split(/[:\s]+/)[1] ?? 0)),
    );
  };
  /** An image over web:1 with a file of so many kilobytes of random bytes. */
  const build = async (tag: string, kilobytes: number) => {
    const context = lab.workspace({ Dockerfile: 'FROM web:1\nCOPY data /data\n' });
    await lab.run('sh', ['-c', `head -c ${kilobytes}k /dev/urandom > ${context}/data`]);
    const socket = { DOCKER_BUILDKIT: '0', ...env };
    const built = await lab.run('docker', ['build', '-q', '-t', tag, context], { env: socket });
    expect(built.exitCode, built.all).toBe(0);
    return (await lab.docker('host3', ['image', 'inspect', '-f', '{{.Id}}', tag])).trim();
  };

  beforeAll(async () => {
    env = { DOCKER_HOST: `unix://${lab.host('host3').socketPath}` };
    await lab.docker('host3', ['pull', '-q', 'web:1']);
    for (const { name: host } of lab.hosts) {
      for (const tag of ['own/app:1', 'own/app:2', 'own/large:1', 'own/large:2'])
        await lab.docker(host, ['rmi', '-f', tag]).catch(() => undefined);
    }
  });

  test('the local engine’s image goes to the hosts that need it, and the next plan has nothing to do', async () => {
    const id = await build('own/app:1', 3000);
    const cwd = lab.workspace({ 'compose.yaml': COMPOSE('own/app:1', 'pull_policy: never'), 'stowage.yaml': STOWAGE });
    const plan = await lab.cli(['plan', '--steps'], { cwd, env });
    expect(plan.all).toMatch(/image\.transfer/);
    const applied = await apply(cwd);
    expect(applied.exitCode, applied.all).toBe(0);
    for (const host of ['host1', 'host2']) {
      expect(await lab.docker(host, ['image', 'inspect', '-f', '{{.Id}}', 'own/app:1'])).toBe(id);
      expect(await imageOf(host)).toContain('shop-web');
    }
    const again = await lab.cli(['plan', '--detailed-exitcode'], { cwd, env });
    expect(again.exitCode, again.all).toBe(0);
    const images = await lab.docker('host1', ['images', '--format', '{{.Repository}}']);
    expect(images).not.toContain('stowage.local/partial');
  });

  test('of a changed image only the changed layer is sent', async () => {
    await build('own/app:1', 300);
    const cwd = lab.workspace({
      'compose.yaml': COMPOSE('own/app:1', 'build: .\n    pull_policy: build'),
      'stowage.yaml': STOWAGE,
    });
    const before = await received('host1');
    const applied = await apply(cwd);
    expect(applied.exitCode, applied.all).toBe(0);
    expect((await received('host1')) - before).toBeLessThan(1_000_000);
    expect(applied.all).toMatch(/web/);
  });

  test('--build builds first', async () => {
    const cwd = lab.workspace({
      'compose.yaml': COMPOSE('own/app:2', 'build: {context: ., args: {WHO: ann}}'),
      'stowage.yaml': STOWAGE,
      Dockerfile: 'FROM web:1\nARG WHO\nLABEL who=$WHO\n',
    });
    const missing = await apply(cwd);
    expect(missing.exitCode).toBe(1);
    expect(missing.all).toContain('own/app:2');
    const applied = await lab.cli(['apply', '--yes', '--build'], { cwd, env: { ...env, DOCKER_BUILDKIT: '0' } });
    expect(applied.exitCode, applied.all).toBe(0);
    expect(await lab.docker('host2', ['image', 'inspect', '-f', '{{.Config.Labels.who}}', 'own/app:2'])).toBe('ann');
  });

  test('--builder builds on a host, and the others get it from there', async () => {
    const cwd = lab.workspace({
      'compose.yaml': COMPOSE('own/app:2', 'build: {context: ., args: {WHO: bob}}'),
      'stowage.yaml': STOWAGE,
      Dockerfile: 'FROM web:1\nARG WHO\nLABEL who=$WHO\n',
    });
    const args = ['apply', '--yes', '--build', '--builder', 'host2'];
    const applied = await lab.cli(args, { cwd, env: { DOCKER_HOST: 'unix:///nowhere', DOCKER_BUILDKIT: '0' } });
    expect(applied.exitCode, applied.all).toBe(0);
    expect(applied.all).toMatch(/done +host1 +image\.transfer own\/app:2/);
    expect(await lab.docker('host1', ['image', 'inspect', '-f', '{{.Config.Labels.who}}', 'own/app:2'])).toBe('bob');
  });

  const one = (image: string) => ({
    'compose.yaml': `services: {app: {image: "${image}", pull_policy: never}}\n`,
    'stowage.yaml': 'stack: one\nhosts: {host1: ssh://host1}\n',
  });
  const OVER_WEB = { before: ['FROM web:1'], after: [''] };
  const UNDER_WEB = { before: ['FROM web:1 AS web', 'FROM scratch'], after: ['COPY --from=web / /', 'CMD ["/web"]'] };
  /** An image of so many layers of 17 MB over web:1, or below what is in it. */
  const buildLarge = async (tag: string, layers: number, { before, after } = OVER_WEB) => {
    const names = Array.from({ length: layers }, (_, i) => `part${i}`);
    const dockerfile = [...before, ...names.map((n) => `COPY ${n} /${n}`), ...after, ''].join('\n');
    const context = lab.workspace({ Dockerfile: dockerfile });
    for (const name of names) await lab.run('sh', ['-c', `head -c 17000k /dev/urandom > ${context}/${name}`]);
    const built = await lab.run('docker', ['build', '-q', '-t', tag, context], {
      env: { DOCKER_BUILDKIT: '0', ...env },
    });
    expect(built.exitCode, built.all).toBe(0);
  };
  const tagsOn = async (host: string) => await lab.docker(host, ['images', '--format', '{{.Repository}}:{{.Tag}}']);

  test('a transfer that was cut goes on after the layers that arrived', async () => {
    await buildLarge('own/large:1', 3, UNDER_WEB);
    const cwd = lab.workspace(one('own/large:1'));
    await lab.rate('host1', 100_000);
    const first = lab.startCli(['apply', '--yes'], { cwd, env });
    await expect.poll(() => tagsOn('host1'), { timeout: 60_000, interval: 100 }).toContain('stowage.local/partial');
    first.kill('SIGKILL');
    await first.done;
    expect(await tagsOn('host1')).not.toContain('own/large');
    await lab.heal('host1');
    const before = await received('host1');
    const second = await apply(cwd);
    expect(second.exitCode, second.all).toBe(0);
    expect((await received('host1')) - before).toBeLessThan(2.3 * 17_408_000);
    expect(await tagsOn('host1')).not.toContain('stowage.local/partial');
  });

  test('a disk that is full is told before anything is stopped', async () => {
    await buildLarge('own/large:2', 1);
    const running = await lab.docker('host1', ['ps', '-q', '--filter', `label=${LABEL.stack}=one`]);
    // Where the engine puts what it is sent; a disk of its own that is too small stands for a full one.
    await lab.onHost('host1', 'mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', '/var/lib/docker/tmp']);
    try {
      const failed = await apply(lab.workspace(one('own/large:2')));
      expect([1, 3], failed.all).toContain(failed.exitCode);
      expect(failed.all).toMatch(/host\/disk-full[\s\S]*no space left on device/);
      expect(await lab.docker('host1', ['ps', '-q', '--filter', `label=${LABEL.stack}=one`])).toBe(running);
    } finally {
      await lab.onHost('host1', 'umount', ['/var/lib/docker/tmp']);
    }
  });

  test('a layer that was damaged on the way is refused, and nothing bears the image’s name', async () => {
    const context = lab.workspace({ Dockerfile: 'FROM scratch\nCOPY base /base\nCOPY top /top\nCMD ["/none"]\n' });
    await lab.run('sh', ['-c', `cd ${context} && head -c 9M /dev/urandom > base && head -c 1M /dev/urandom > top`]);
    await lab.run('docker', ['build', '-q', '-t', 'own/app:1', context], { env: { DOCKER_BUILDKIT: '0', ...env } });
    const entries = lab.hosts.map(({ name, socketPath: path }) => {
      return { name, address: { type: 'unix' as const, path }, labels: {}, taints: [] };
    });
    const opened = await openHosts(entries);
    const connection = (name: string) => {
      const result = opened.get(name);
      if (!result?.ok) throw result?.error;
      return result.connection;
    };
    try {
      const image = await saveImage(connection('host3'), 'own/app:1', context);
      const send = async () => {
        const options = { signal: AbortSignal.timeout(60_000), progress: () => undefined };
        return await sendImage(image, 'own/sent:1', connection('host1'), options);
      };
      const flip = async (layer: number) => {
        const file = await open(image.file, 'r+');
        const position = (image.layers[layer]?.offset ?? 0) + 4096;
        const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position);
        await file.write(Buffer.from([~(buffer[0] ?? 0) & 255]), 0, 1, position);
        await file.close();
      };
      await flip(0);
      const why = expect.stringContaining(image.layers[0]?.diffId ?? '');
      await expect(send()).rejects.toMatchObject({ diagnostics: [{ code: 'image/transfer-mismatch', why }] });
      expect(await tagsOn('host1')).not.toMatch(/own\/sent|stowage\.local\/partial/);
      await flip(0);
      await flip(1);
      const other = expect.stringContaining('invalid diffID');
      await expect(send()).rejects.toMatchObject({ diagnostics: [{ code: 'image/load', why: other }] });
      expect(await tagsOn('host1')).not.toContain('own/sent');
      await flip(1);
      expect(await send()).toBe(image.layers[1]?.sizeBytes);
      expect(await lab.docker('host1', ['image', 'inspect', '-f', '{{.Id}}', 'own/sent:1'])).toBe(image.id);
      expect(await tagsOn('host1')).not.toContain('stowage.local/partial');
    } finally {
      await closeHosts(opened);
      await lab.docker('host1', ['rmi', '-f', 'own/sent:1']).catch(() => undefined);
    }
  });

  test('undo of a release whose image was transferred sends nothing', async () => {
    const cwd = lab.workspace(one('own/large:2'));
    expect((await apply(cwd)).exitCode).toBe(0);
    const before = await received('host1');
    const undone = await lab.cli(['rollout', 'undo', '--yes', '--json'], { cwd, env });
    expect(undone.exitCode, undone.all).toBe(0);
    expect(undone.stdout).not.toMatch(/"image\.(pull|transfer)"/);
    expect((await received('host1')) - before).toBeLessThan(2_000_000);
    const container = await lab.docker('host1', ['ps', '-q', '--filter', `label=${LABEL.stack}=one`]);
    const large = await lab.docker('host1', ['image', 'inspect', '-f', '{{.Id}}', 'own/large:1']);
    expect(await lab.docker('host1', ['inspect', '-f', '{{.Image}}', container])).toBe(large);
  });

  test('an image that is nowhere is told before anything is stopped', async () => {
    const cwd = lab.workspace({
      'compose.yaml': COMPOSE('own/absent:1', 'pull_policy: never'),
      'stowage.yaml': STOWAGE,
    });
    const running = await imageOf('host1');
    const failed = await apply(cwd);
    expect(failed.exitCode).toBe(1);
    expect(failed.all).toMatch(/image\/nowhere[\s\S]*own\/absent:1/);
    expect(await imageOf('host1')).toBe(running);
  });
});
