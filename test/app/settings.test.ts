import { describe, expect, it } from 'vitest';
import { resolveSettings, type SettingsFlags } from '../../src/app/settings.ts';
import type { FileReader } from '../../src/compiler/source/reader.ts';
import { DiagnosticError } from '../../src/model/diagnostic.ts';

const STOWAGE = `
stack: shop
hosts: { web-1: ssh://one, web-2: ssh://two }
policy: { privileged: false }
environments:
  staging: { stack: shop-staging, hosts: [web-1], files: [staging.yaml], policy: { swarm: false } }
`;

function memory(files: Record<string, string>): FileReader {
  return {
    readText: (path) => files[path],
    readBytes: (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
    isDirectory: (path) => Object.keys(files).some((name) => name.startsWith(`${path}/`)),
    list: (path) =>
      Object.keys(files)
        .filter((name) => name.startsWith(`${path.replace(/\/$/, '')}/`))
        .map((name) => name.slice(path.replace(/\/$/, '').length + 1))
        .filter((name) => !name.includes('/'))
        .sort(),
  };
}

const resolve = (files: Record<string, string>, flags: SettingsFlags = {}, env = {}, cwd = '/work/My.Shop') =>
  resolveSettings(
    flags,
    cwd,
    { HOME: '/nowhere', DOCKER_HOST: 'unix:///run/engine.sock', ...env },
    { reader: memory(files) },
  );

async function refusal(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  const { diagnostics, exitCode } = error as DiagnosticError;
  return { exitCode, ...diagnostics[0] };
}

describe('without stowage.yaml', () => {
  it('takes the compose file of the folder with its override, and the engine docker would use', async () => {
    const settings = await resolve({ '/work/My.Shop/compose.yaml': '', '/work/My.Shop/compose.override.yaml': '' });
    expect(settings.files).toEqual(['/work/My.Shop/compose.yaml', '/work/My.Shop/compose.override.yaml']);
    expect(settings.filesFrom).toBe('folder');
    expect(settings.stack).toBeUndefined();
    expect(settings.defaultStack).toBe('myshop');
    expect(settings.inventory.hosts).toMatchObject([
      { name: 'local', address: { type: 'unix', path: '/run/engine.sock' } },
    ]);
  });

  it('prefers compose.yaml over docker-compose.yml', async () => {
    const { files } = await resolve({ '/work/My.Shop/docker-compose.yml': '', '/work/My.Shop/compose.yaml': '' });
    expect(files).toEqual(['/work/My.Shop/compose.yaml']);
  });

  it('looks in the folders above', async () => {
    const settings = await resolve({ '/work/compose.yaml': '' });
    expect(settings).toMatchObject({ files: ['/work/compose.yaml'], defaultStack: 'work' });
  });

  it('takes -f before everything, with - as stdin', async () => {
    const settings = await resolve({ '/work/My.Shop/compose.yaml': '' }, { file: ['-', '../a.yaml'] });
    expect(settings).toMatchObject({ files: ['-', '/work/a.yaml'], filesFrom: 'flags', defaultStack: 'work' });
  });

  it('follows COMPOSE_FILE, COMPOSE_PROJECT_NAME and COMPOSE_PROFILES', async () => {
    const env = {
      COMPOSE_FILE: 'a.yaml,b.yaml',
      COMPOSE_PATH_SEPARATOR: ',',
      COMPOSE_PROJECT_NAME: 'p',
      COMPOSE_PROFILES: 'x,y',
    };
    const settings = await resolve({}, {}, env);
    expect(settings).toMatchObject({
      files: ['/work/My.Shop/a.yaml', '/work/My.Shop/b.yaml'],
      filesFrom: 'COMPOSE_FILE',
      stack: 'p',
      profiles: ['x', 'y'],
    });
  });

  it('finds nothing in an empty folder', async () => {
    expect(await resolve({})).toMatchObject({ files: [], filesFrom: 'none' });
  });
});

describe('with stowage.yaml', () => {
  const files = { '/work/My.Shop/stowage.yaml': STOWAGE, '/work/My.Shop/compose.yaml': '' };

  it('takes stack and hosts from it, files from the folder', async () => {
    const settings = await resolve(files, {}, {}, '/work/My.Shop/deep/down');
    expect(settings).toMatchObject({
      stack: 'shop',
      files: ['/work/My.Shop/compose.yaml'],
      stowageFile: '/work/My.Shop/stowage.yaml',
      policy: { privileged: false, swarm: true },
      leftOut: [],
    });
    expect(settings.inventory.hosts.map(({ name }) => name)).toEqual(['web-1', 'web-2']);
  });

  it('lets an environment replace fields, and rules one by one', async () => {
    const settings = await resolve(files, { env: 'staging' });
    expect(settings).toMatchObject({
      stack: 'shop-staging',
      files: ['/work/My.Shop/staging.yaml'],
      environment: 'staging',
      policy: { privileged: false, swarm: false },
    });
    expect(settings.inventory.hosts.map(({ name }) => name)).toEqual(['web-1']);
  });

  it('lets flags replace all of it', async () => {
    const settings = await resolve(files, {
      env: 'staging',
      stack: 'mine',
      host: ['web-1', 'new=ssh://three', 'tcp://four:1'],
    });
    expect(settings.stack).toBe('mine');
    expect(settings.inventory.hosts.map(({ name }) => name)).toEqual(['web-1', 'new', 'four']);
  });

  it('says which hosts --host leaves out', async () => {
    expect((await resolve(files, { host: ['web-2'] })).leftOut).toEqual(['web-1']);
  });

  it.each([
    ['an unknown environment', { env: 'stagin' }, 'settings/unknown-environment', 'did you mean `staging`?'],
    ['an unknown host', { host: ['web1'] }, 'settings/unknown-host', 'did you mean `web-1`?'],
    ['a missing --config', { config: 'no.yaml' }, 'settings/no-such-file', expect.stringContaining('stowage init')],
    [
      'an address without a scheme',
      { host: ['a=1.2.3.4'] },
      'settings/host-address',
      expect.stringContaining('ssh://'),
    ],
    [
      'one name twice',
      { host: ['ssh://a', 'ssh://a:2222'] },
      'settings/host-twice',
      expect.stringContaining('--host one='),
    ],
  ])('refuses %s', async (_, flags, code, fix) => {
    expect(await refusal(resolve(files, flags))).toMatchObject({ exitCode: 64, code, fix });
  });

  it('refuses a broken file with its place', async () => {
    const broken = { '/work/My.Shop/stowage.yaml': 'stack: shop\nhost: {}\n' };
    expect(await refusal(resolve(broken))).toMatchObject({
      exitCode: 64,
      code: 'stowage-file/unknown-field',
      position: { file: '/work/My.Shop/stowage.yaml', line: 2, column: 1 },
      fix: 'did you mean `hosts`?',
    });
  });
});
