import { extract } from 'tar-stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostConnection } from '../../src/executors/transport/connection.ts';
import { LABEL } from '../../src/model/labels.ts';
import { readMarks, readSpecNote } from '../../src/model/notes.ts';
import type { NetworkSpec, ReadyCondition, VolumeSpec } from '../../src/model/step.ts';
import { describeLab } from './harness.ts';
import { digest, openSockets, payloads, perform, replica, spec, steps } from './steps/support.ts';

const network: NetworkSpec = {
  name: 'shop_front',
  resource: 'front',
  driver: 'bridge',
  driverOptions: {},
  internal: false,
  attachable: false,
  enableIpv6: false,
  ipam: { config: [], options: {} },
  labels: { tier: 'front' },
};
const volume: VolumeSpec = { name: 'shop_data', resource: 'data', driver: 'local', driverOptions: {}, labels: {} };

describeLab('the steps of a plan', (lab) => {
  let hosts: Map<string, HostConnection>;
  beforeAll(async () => {
    hosts = await openSockets(lab);
    for (const image of ['tool:1', 'web:1', 'web:nocheck']) await lab.docker('host1', ['pull', '-q', image]);
  });
  beforeEach(() => lab.cleanup());
  afterAll(() => Promise.all([...hosts.values()].map((host) => host.close())));

  const inspect = async (name: string) => JSON.parse(await lab.docker('host1', ['inspect', name]))[0];
  const state = async (name: string) => (await inspect(name)).State;

  test('bring up a container with network, volume and files, and run again change nothing', async () => {
    const web = spec('shop_web_1', {
      image: 'web:1',
      env: { VERSION: { value: '9' }, PASSWORD: { digest: digest('hunter2') } },
      network: { mode: 'networks', attachments: [{ network: 'shop_front', aliases: ['web'] }] },
      mounts: [{ type: 'volume', volume: 'shop_data', target: '/data', readOnly: false }],
      ports: [{ containerPort: 8080, protocol: 'tcp', hostPort: 80 }],
      files: [
        { target: '/run/secrets/token', digest: digest('s3cret'), uid: '1000', gid: '1001', mode: 0o400, secret: true },
        { target: '/etc/app/app.conf', digest: digest('a=1'), uid: '0', gid: '0', mode: 0o644, secret: false },
      ],
    });
    const work = steps(
      { kind: 'network.create', network },
      { kind: 'volume.create', volume },
      { kind: 'image.pull', image: 'web:1' },
      { kind: 'container.create', replica, spec: web },
      { kind: 'container.start', replica, container: web.name },
      {
        kind: 'health.wait',
        replica,
        container: web.name,
        until: { type: 'healthy', stableSeconds: 1 },
        timeoutSeconds: 20,
      },
    );
    const context = { payloads: payloads('s3cret', 'a=1', 'hunter2') };
    expect(await perform(hosts, work, { context })).toMatchObject({ status: 'done', done: [1, 2, 3, 4, 5, 6] });
    const first = await inspect(web.name);
    expect(await lab.http('host1', 80, '/file?/etc/app/app.conf')).toMatchObject({ status: 200, body: 'a=1' });
    const archive = await (hosts.get('host1') as HostConnection).getArchive(web.name, '/run/secrets/token');
    for await (const entry of archive.pipe(extract())) {
      expect(entry.header).toMatchObject({ uid: 1000, gid: 1001, size: 6 });
      expect((entry.header.mode ?? 0) & 0o777).toBe(0o400);
      entry.resume();
    }
    expect(JSON.stringify(first.Config.Labels)).not.toContain('hunter2');
    expect(first.Config.Labels[LABEL.workload]).toBe('web');

    expect(await perform(hosts, work, { context })).toMatchObject({ status: 'done' });
    expect((await inspect(web.name)).Id).toBe(first.Id);
    expect((await inspect(web.name)).State.StartedAt).toBe(first.State.StartedAt);
  });

  test('take everything down again, twice', async () => {
    await lab.docker('host1', ['network', 'create', 'other']);
    const web = spec('shop_web_1', {
      mounts: [{ type: 'volume', volume: 'shop_data', target: '/d', readOnly: false }],
    });
    const up = steps(
      { kind: 'network.create', network },
      { kind: 'volume.create', volume },
      { kind: 'container.create', replica, spec: web },
      { kind: 'container.start', replica, container: web.name },
    );
    expect((await perform(hosts, up)).status).toBe('done');
    const down = steps(
      { kind: 'container.stop', replica, container: web.name, graceSeconds: 1 },
      { kind: 'container.remove', replica, container: web.name },
      { kind: 'network.remove', network: 'shop_front' },
      { kind: 'volume.remove', volume: 'shop_data' },
    );
    for (const _run of [1, 2]) expect(await perform(hosts, down)).toMatchObject({ status: 'done', failed: [] });
    expect(await lab.docker('host1', ['ps', '-aq'])).toBe('');
    expect(await lab.docker('host1', ['volume', 'ls', '-q'])).toBe('');
    expect(await lab.docker('host1', ['network', 'ls', '--format', '{{.Name}}'])).toContain('other');
  });

  test('leave alone what has the name of ours and is not ours', async () => {
    await lab.docker('host1', ['run', '-d', '--name', 'shop_web_1', 'tool:1']);
    await lab.docker('host1', ['network', 'create', 'shop_front']);
    await lab.docker('host1', ['volume', 'create', 'shop_data']);
    const apart = { after: [] };
    const report = await perform(
      hosts,
      steps(
        { kind: 'container.create', replica, spec: spec('shop_web_1'), ...apart },
        { kind: 'container.stop', replica, container: 'shop_web_1', graceSeconds: 1, ...apart },
        { kind: 'container.remove', replica, container: 'shop_web_1', destructive: true, ...apart },
        { kind: 'network.create', network, ...apart },
        { kind: 'network.remove', network: 'shop_front', ...apart },
        { kind: 'volume.create', volume, ...apart },
        { kind: 'volume.remove', volume: 'shop_data', destructive: true, ...apart },
      ),
    );
    expect(report).toMatchObject({ status: 'failed', failed: [1, 2, 3, 4, 5, 6, 7] });
    const kinds = ['container', 'container', 'container', 'network', 'network', 'volume', 'volume'];
    expect([...report.codes].sort()).toEqual(kinds.map((kind) => `${kind}/foreign`));
    expect((await state('shop_web_1')).Running).toBe(true);
    expect(await lab.docker('host1', ['volume', 'ls', '-q'])).toBe('shop_data');
  });

  test('put files also into a read-only container and below a tmpfs, and take their volumes away with it', async () => {
    const file = { digest: digest('s3cret'), uid: '0', gid: '0', mode: 0o400, secret: true };
    const web = spec('shop_web_1', {
      image: 'web:nocheck',
      readOnlyRoot: true,
      mounts: [{ type: 'tmpfs', target: '/run', readOnly: false }],
      ports: [{ containerPort: 8080, protocol: 'tcp', hostPort: 80 }],
      network: { mode: 'networks', attachments: [{ network: 'bridge', aliases: [] }] },
      files: [
        { ...file, target: '/run/secrets/token' },
        { ...file, target: '/srv/deep/token' },
      ],
    });
    const context = { payloads: payloads('s3cret') };
    const up = steps(
      { kind: 'container.create', replica, spec: web },
      { kind: 'container.start', replica, container: web.name },
    );
    expect(await perform(hosts, up, { context })).toMatchObject({ status: 'done' });
    for (const { target } of web.files) {
      await expect.poll(() => lab.http('host1', 80, `/file?${target}`)).toMatchObject({ status: 200, body: 's3cret' });
    }
    const down = steps(
      { kind: 'container.stop', replica, container: web.name, graceSeconds: 1 },
      { kind: 'container.remove', replica, container: web.name },
    );
    expect((await perform(hosts, down)).status).toBe('done');
    expect(await lab.docker('host1', ['volume', 'ls', '-q'])).toBe('');
  });

  test('join a second network, change its names, leave it', async () => {
    const back = { ...network, name: 'shop_back', resource: 'back' };
    const web = spec('shop_web_1', {
      network: {
        mode: 'networks',
        attachments: [
          { network: 'shop_front', aliases: ['web'] },
          { network: 'shop_back', aliases: ['web'] },
        ],
      },
    });
    const on = async (name: string) => (await inspect(web.name)).NetworkSettings.Networks[name]?.Aliases;
    const up = steps(
      { kind: 'network.create', network },
      { kind: 'network.create', network: back },
      { kind: 'container.create', replica, spec: web },
      { kind: 'container.start', replica, container: web.name },
    );
    expect((await perform(hosts, up)).status).toBe('done');
    expect(await on('shop_back')).toContain('web');
    const connect = (aliases: string[]) =>
      perform(hosts, steps({ kind: 'network.connect', network: 'shop_back', container: web.name, aliases }));
    expect((await connect(['web', 'api'])).status).toBe('done');
    expect(await on('shop_back')).toEqual(expect.arrayContaining(['web', 'api']));
    expect((await connect([])).status).toBe('done');
    expect(await on('shop_back')).not.toContain('web');
    const leave = steps({ kind: 'network.disconnect', network: 'shop_back', container: web.name });
    for (const _run of [1, 2]) expect((await perform(hosts, leave)).status).toBe('done');
    expect(await on('shop_back')).toBeUndefined();
  });

  test('hold names back, give and take them, and leave connections as they are', async () => {
    const on = (aliases: string[]) => ({ network: 'shop_front', aliases });
    const store = spec('shop_store_1', {
      image: 'web:nocheck',
      network: { mode: 'networks', attachments: [on(['store'])] },
    });
    const web = spec('shop_web_1', { image: 'web:nocheck', network: { mode: 'networks', attachments: [on(['web'])] } });
    const held = [{ network: 'shop_front', aliases: [], slot: 3 }];
    const up = steps(
      { kind: 'network.create', network, keepsSpare: true },
      { kind: 'container.create', replica, spec: store },
      { kind: 'container.create', replica, spec: web, held },
      { kind: 'container.start', replica, container: store.name },
      { kind: 'container.start', replica, container: web.name },
    );
    const address = async () => (await inspect(web.name)).NetworkSettings.Networks.shop_front.IPAddress;
    const found = () => lab.docker('host1', ['exec', store.name, '/web', 'get', 'http://web:8080/healthz']);
    const asks = (ms: number) => lab.docker('host1', ['exec', web.name, '/web', 'get', `http://store:8080/slow?${ms}`]);
    const sockets = () =>
      lab.docker('host1', ['exec', web.name, '/web', 'get', 'http://127.0.0.1:8080/file?/proc/net/tcp']);
    const told = async (...work: ReturnType<typeof steps>) => {
      const asked = asks(2000);
      await expect.poll(sockets).toMatch(/ (?!0100007F)[0-9A-F]{8}:1F90 01 /);
      expect(await perform(hosts, work)).toMatchObject({ status: 'done' });
      await asked;
    };
    const attachments = [on(['web'])];
    const give = steps({ kind: 'names.give', replica, container: web.name, attachments, held });
    const take = steps({ kind: 'names.take', replica, container: web.name, attachments: [on([])] });

    expect((await perform(hosts, up)).codes).toEqual([]);
    await expect(found()).rejects.toThrow(/not known/);
    const before = await address();
    await told(...give);
    expect(await found()).toBe('ok');
    for (const work of [take, give, give]) await told(...work);
    expect(await found()).toBe('ok');
    await lab.docker('host1', ['network', 'disconnect', 'shop_front', web.name]);
    const known = [{ network: 'shop_front', aliases: [], address: before }];
    const again = steps({ kind: 'names.give', replica, container: web.name, attachments, held: known });
    expect(await perform(hosts, again)).toMatchObject({ status: 'done' });
    await lab.docker('host1', ['restart', '-t', '0', web.name]);
    expect([await found(), await address()]).toEqual(['ok', before]);
    await told(...take);
    await expect(found()).rejects.toThrow(/not known/);
  });

  test('change resources in place and note the new specification', async () => {
    const before = spec('shop_web_1');
    const after = spec('shop_web_1', { resources: { memoryBytes: 64 << 20 }, restart: { name: 'always' } });
    const up = steps(
      { kind: 'container.create', replica, spec: before },
      { kind: 'container.start', replica, container: before.name },
      {
        kind: 'container.update',
        replica,
        container: before.name,
        resources: after.resources,
        restart: after.restart,
        spec: after,
      },
    );
    expect(await perform(hosts, up)).toMatchObject({ status: 'done' });
    const found = await inspect(before.name);
    expect(found.HostConfig).toMatchObject({ Memory: 64 << 20, RestartPolicy: { Name: 'always' } });
    const volumes = JSON.parse(await lab.docker('host1', ['volume', 'ls', '--format', '{{json .Name}}']));
    const note = JSON.parse(await lab.docker('host1', ['volume', 'inspect', volumes]))[0];
    expect(readSpecNote([{ name: note.Name, labels: note.Labels }], found.Id)).toEqual(after);
    const down = steps(
      { kind: 'container.stop', replica, container: before.name, graceSeconds: 0 },
      { kind: 'container.remove', replica, container: before.name },
    );
    expect((await perform(hosts, down)).status).toBe('done');
    expect(await lab.docker('host1', ['volume', 'ls', '-q'])).toBe('');
  });

  test('rename, signal, mark', async () => {
    const web = spec('shop_web_1');
    const work = steps(
      { kind: 'container.create', replica, spec: web },
      { kind: 'container.start', replica, container: web.name },
      { kind: 'container.signal', container: web.name, signal: 'SIGHUP' },
      { kind: 'container.rename', container: web.name, to: 'shop_web_1_old' },
      { kind: 'host.mark', cordoned: true, drained: false, reason: 'disk swap' },
    );
    expect(await perform(hosts, work, { context: { actor: 'ann@laptop' } })).toMatchObject({ status: 'done' });
    const again = steps({ kind: 'container.rename', container: web.name, to: 'shop_web_1_old' });
    expect((await perform(hosts, again)).status).toBe('done');
    const marks = async () => {
      const names = (await lab.docker('host1', ['volume', 'ls', '-q'])).split('\n').filter(Boolean);
      if (names.length === 0) return readMarks([]);
      const found = JSON.parse(await lab.docker('host1', ['volume', 'inspect', ...names]));
      return readMarks(
        found.map((v: { Name: string; Labels: Record<string, string> }) => ({ name: v.Name, labels: v.Labels })),
      );
    };
    expect(await marks()).toEqual({ cordoned: true, drained: false, by: 'ann@laptop', reason: 'disk swap' });
    const unmark = steps({ kind: 'host.mark', cordoned: false, drained: false });
    for (const _run of [1, 2]) expect((await perform(hosts, unmark)).status).toBe('done');
    expect(await marks()).toEqual({ cordoned: false, drained: false });
  });

  test('an image is pulled by digest and found by its tag; a container is made of exactly it', async () => {
    const repository = '10.210.0.1:5000/web';
    const { Descriptor } = await (hosts.get('host1') as HostConnection).get<{ Descriptor: { digest: string } }>(
      `/distribution/${repository}:3/json`,
    );
    const web = spec('shop_web_1', { image: `${repository}:3`, imageDigest: Descriptor.digest });
    const work = steps(
      { kind: 'image.pull', image: web.image, digest: Descriptor.digest },
      { kind: 'container.create', replica, spec: web },
    );
    for (const _run of [1, 2]) expect((await perform(hosts, work)).diagnostics).toEqual([]);
    const id = (await inspect(web.name)).Image;
    expect(await lab.docker('host1', ['image', 'inspect', '-f', '{{.Id}}', web.image])).toBe(id);

    await lab.docker('host1', ['rm', web.name]);
    await lab.docker('host1', ['rmi', `${repository}@${Descriptor.digest}`]);
    const gone = steps({ kind: 'image.remove', image: web.image }, { kind: 'image.remove', image: web.image });
    expect((await perform(hosts, gone)).status).toBe('done');
    expect((await perform(hosts, steps({ kind: 'container.create', replica, spec: web }))).codes).toEqual([
      'image/missing',
    ]);
  });

  test('a volume is copied to another host', async () => {
    const web = spec('shop_web_1', {
      mounts: [{ type: 'volume', volume: 'shop_data', target: '/data', readOnly: false }],
      files: [{ target: '/data/a/b', digest: digest('kept'), uid: '5', gid: '6', mode: 0o640, secret: false }],
    });
    const work = steps(
      { kind: 'volume.create', volume },
      { kind: 'volume.create', volume, host: 'host2' },
      { kind: 'container.create', replica, spec: web },
      { kind: 'volume.copy', volume: 'shop_data', toHost: 'host2' },
    );
    expect(await perform(hosts, work, { context: { payloads: payloads('kept') } })).toMatchObject({ status: 'done' });
    const copy = await lab.onHost('host2', 'stat', ['-c', '%u %g %a', '/var/lib/docker/volumes/shop_data/_data/a/b']);
    expect(copy.trim()).toBe('5 6 640');
    for (const host of ['host1', 'host2']) expect(await lab.docker(host, ['ps', '-a'])).not.toContain('stowage-copy');
  });
});

describeLab('a step that fails', (lab) => {
  let hosts: Map<string, HostConnection>;
  beforeAll(async () => {
    hosts = await openSockets(lab);
    const images = ['tool:1', 'web:1', 'web:bad', 'web:dies', 'web:nocheck', 'crash:1', 'job:1'];
    for (const image of images) await lab.docker('host1', ['pull', '-q', image]);
  });
  beforeEach(() => lab.cleanup());
  afterAll(() => Promise.all([...hosts.values()].map((host) => host.close())));

  const bringUp = (image: string, until: ReadyCondition, timeoutSeconds = 20) => {
    const web = spec('shop_web_1', { image });
    return perform(
      hosts,
      steps(
        { kind: 'container.create', replica, spec: web },
        { kind: 'container.start', replica, container: web.name },
        waitStep(until, timeoutSeconds),
      ),
    );
  };

  test('says how the container ended, with its last log lines', async () => {
    const report = await bringUp('crash:1', { type: 'running', stableSeconds: 3 });
    expect(report).toMatchObject({ status: 'failed', done: [1, 2], failed: [3] });
    expect(report.diagnostics[0]).toMatchObject({
      code: 'container/not-ready',
      detail: 'shop_web_1',
      why: 'it ended with exit code 1',
      where: 'host host1, step 3 of 3: health.wait shop_web_1',
    });
    const titles = report.diagnostics[0]?.evidence?.map((e) => e.title);
    expect(titles).toEqual(['state', 'last log lines']);
  });

  test('shows the health log of one that is not healthy', async () => {
    const report = await bringUp('web:bad', { type: 'healthy', stableSeconds: 0 });
    expect(report.diagnostics[0]).toMatchObject({ code: 'container/not-ready' });
    expect(report.diagnostics[0]?.why).toMatch(/health check failed \d+ times/);
    expect(report.diagnostics[0]?.evidence?.map((e) => e.title)).toContain('health check');
  });

  test('gives up when the time is over', async () => {
    const report = await bringUp('web:nocheck', { type: 'running', stableSeconds: 60 }, 1);
    expect(report.diagnostics[0]?.why).toMatch(/^1 s are over/);
  });

  test('a job: done is good, exit code 1 is not', async () => {
    expect((await bringUp('job:1', { type: 'completed' })).status).toBe('done');
    await lab.cleanup();
    expect((await bringUp('crash:1', { type: 'completed' })).diagnostics[0]).toMatchObject({
      message: 'container did not complete',
      why: 'it ended with exit code 1',
    });
  });

  test.each([
    { name: 'image not on the host', change: { image: 'nosuch:1' }, code: 'image/missing' },
    { name: 'unknown command', change: { entrypoint: ['/nosuch'] }, code: 'container/command' },
    {
      name: 'port taken',
      change: {
        ports: [{ containerPort: 1, protocol: 'tcp' as const, hostPort: 22 }],
        network: { mode: 'networks' as const, attachments: [{ network: 'bridge', aliases: [] }] },
      },
      code: 'container/port-in-use',
    },
    {
      name: 'network gone',
      change: { network: { mode: 'networks' as const, attachments: [{ network: 'gone', aliases: [] }] } },
      code: 'network/missing',
    },
    {
      name: 'payload not at hand',
      change: { files: [{ target: '/x', digest: digest('?'), uid: '0', gid: '0', mode: 0o400, secret: true }] },
      code: 'payload/missing',
    },
    {
      name: 'bind source missing',
      change: { mounts: [{ type: 'bind' as const, source: '/nosuch', target: '/x', readOnly: false }] },
      code: 'container/refused',
    },
  ])('$name: $code', async ({ change, code }) => {
    const web = spec('shop_web_1', change);
    const work = steps(
      { kind: 'container.create', replica, spec: web },
      { kind: 'container.start', replica, container: web.name },
    );
    const report = await perform(hosts, work);
    expect(report.codes, JSON.stringify(report.diagnostics)).toEqual([code]);
  });

  test('a missing image, a registry that is away, one that comes back', async () => {
    const pull = (image: string) => steps({ kind: 'image.pull', image });
    expect((await perform(hosts, pull('10.210.0.1:5000/nosuch:1'))).codes).toEqual(['image/not-found']);
    const away = await perform(hosts, pull('10.210.0.1:5999/web:1'), { options: { troubleWindowMs: 1500 } });
    expect(away.codes).toEqual(['image/registry-unreachable']);
    expect(away.events.filter((e) => e.type === 'step.retry').length).toBeGreaterThan(1);
  });

  test('lets running steps end, starts nothing that waits for it, and does the rest', async () => {
    const report = await perform(
      hosts,
      steps(
        { kind: 'container.start', replica, container: 'nosuch' },
        { kind: 'rollout.delay', milliseconds: 1, after: [1] },
        { kind: 'rollout.delay', milliseconds: 300, after: [] },
        { kind: 'rollout.delay', milliseconds: 1, after: [3] },
      ),
    );
    expect(report).toMatchObject({ status: 'failed', done: [3, 4], failed: [1], notStarted: [2] });
  });

  test('Ctrl-C: running steps end, no more are started; the second stops at once', async () => {
    const work = steps({ kind: 'rollout.delay', milliseconds: 600 }, { kind: 'rollout.delay', milliseconds: 600 });
    const stop = AbortSignal.timeout(100);
    expect(await perform(hosts, work, { signals: { stop } })).toMatchObject({
      status: 'interrupted',
      done: [1],
      notStarted: [2],
    });
    const begun = performance.now();
    const now = await perform(hosts, work, {
      signals: { stop: AbortSignal.timeout(50), now: AbortSignal.timeout(100) },
    });
    expect(now).toMatchObject({ status: 'interrupted', failed: [1], notStarted: [2] });
    expect(performance.now() - begun).toBeLessThan(500);
  });

  test('a pause holds what comes after it and is no failure', async () => {
    const work = steps(
      { kind: 'rollout.pause', workload: 'web', reason: 'until promoted' },
      { kind: 'rollout.delay', milliseconds: 1 },
    );
    expect(await perform(hosts, work)).toMatchObject({
      status: 'done',
      notStarted: [2],
      paused: [{ step: 1, workload: 'web', reason: 'until promoted' }],
    });
  });
});

function waitStep(until: ReadyCondition, timeoutSeconds: number) {
  return { kind: 'health.wait' as const, replica, container: 'shop_web_1', until, timeoutSeconds };
}
