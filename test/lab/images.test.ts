import { afterAll, beforeAll, expect, test } from 'vitest';
import { registryAuth } from '../../src/executors/docker/images/auth.ts';
import { resolveDigests, resolveImages } from '../../src/executors/docker/images/resolve.ts';
import { observeAll } from '../../src/executors/docker/observe/host.ts';
import type { HostReader, OpenResult } from '../../src/executors/transport/connection.ts';
import { closeHosts, openHosts, readOnly } from '../../src/executors/transport/open.ts';
import type { LiveState } from '../../src/model/live.ts';
import { describeLab } from './harness.ts';

describeLab('resolving images', (lab) => {
  let results: Map<string, OpenResult>;
  let readers: HostReader[];
  let live: LiveState;

  beforeAll(async () => {
    const taken = { labels: {}, taints: [] };
    results = await openHosts(
      lab.hosts.map(({ name, socketPath }) => ({ name, address: { type: 'unix', path: socketPath }, ...taken })),
    );
    readers = [...results.values()].flatMap((result) => (result.ok ? [readOnly(result.connection)] : []));
    await lab.docker('host1', ['pull', '-q', 'web:1']);
    await lab.docker('host1', ['tag', 'web:1', 'mine/local:1']);
    await lab.docker('host2', ['pull', '-q', 'web:2']);
    await lab.docker('host2', ['tag', 'web:2', 'mine/local:1']);
    live = await observeAll(results);
  });
  afterAll(async () => await closeHosts(results));

  const anonymous = async () => undefined;
  const one = async (image: string, auth: (registry: string) => Promise<string | undefined> = anonymous) =>
    (await resolveImages([image], readers, live, { auth }))[0];
  /** As `docker login` leaves it behind. */
  const login = (password: string) => {
    const auth = Buffer.from(`lab:${password}`).toString('base64');
    const config = { auths: { '10.210.0.1:5001': { auth } } };
    const home = lab.workspace({ '.docker/config.json': JSON.stringify(config) });
    return async (registry: string) => await registryAuth(registry, { HOME: home });
  };

  test('a tag becomes the digest the registry has, however it is spelled', async () => {
    const images = ['web:1', 'docker.io/library/web:1', '10.210.0.1:5000/web:1', 'web:2'];
    const digests = await resolveDigests(images, readers, live, { auth: anonymous });
    expect(Object.keys(digests).sort()).toEqual([...images].sort());
    expect(digests['web:1']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digests['10.210.0.1:5000/web:1']).toBe(digests['web:1']);
    expect(digests['web:2']).not.toBe(digests['web:1']);
    const pulled = live.hosts[0]?.images.find(({ tags }) => tags.includes('web:1'));
    expect(pulled?.digests).toContain(`web@${digests['web:1']}`);
  });

  test('a digest is taken as it is, without asking', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(await one(`nowhere.example/web@${digest}`)).toEqual({ image: `nowhere.example/web@${digest}`, digest });
  });

  test('offline, the digest is that of the hosts', async () => {
    const [online, offline] = [
      await one('web:1'),
      (await resolveImages(['web:1'], readers, live, { offline: true }))[0],
    ];
    expect(offline).toEqual(online);
    expect(await resolveImages(['absent:1'], readers, live, { offline: true })).toEqual([{ image: 'absent:1' }]);
  });

  test.each([
    ['a tag that is not there', '10.210.0.1:5000/web:nosuch', 'image/not-found'],
    ['a repository that is not there', '10.210.0.1:5000/nosuch:1', 'image/not-found'],
    ['a registry that does not answer', '10.210.0.1:5999/web:1', 'image/registry-unreachable'],
    ['a registry whose name is unknown', 'nowhere.example/web:1', 'image/registry-unreachable'],
    ['a registry that wants a login', '10.210.0.1:5001/web:1', 'image/unauthorized'],
    ['a name that is none', 'Web:1', 'image/malformed'],
  ])('%s is an error that names it', async (_name, image, code) => {
    const failed = resolveDigests([image, 'web:1'], readers, live, { auth: anonymous });
    const diagnostic = { severity: 'error', code, detail: image, why: expect.any(String), fix: expect.any(String) };
    await expect(failed).rejects.toMatchObject({ diagnostics: [diagnostic] });
  });

  test('the login of this machine is used, and a wrong one is told', async () => {
    expect(await one('10.210.0.1:5001/web:1', login('lab'))).toMatchObject({
      digest: expect.stringMatching(/^sha256:/),
    });
    const refused = await one('10.210.0.1:5001/web:1', login('hunter2'));
    const fix = expect.stringMatching(/^docker login 10\.210\.0\.1:5001,/);
    expect(refused).toMatchObject({ diagnostic: { code: 'image/unauthorized', severity: 'error', fix } });
    expect(JSON.stringify(refused)).not.toContain('hunter2');
  });

  test('an image only hosts have is used with a warning; different ones have no common digest', async () => {
    const notices: unknown[] = [];
    const digests = await resolveDigests(['mine/local:1'], readers, live, {
      auth: anonymous,
      onNotice: (notice) => notices.push(notice),
    });
    expect(digests).toEqual({});
    const detail = 'mine/local:1 on host1, host2';
    expect(notices).toEqual([expect.objectContaining({ severity: 'warning', code: 'image/only-on-hosts', detail })]);
  });
});
