import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettings, resolveTarget, toTarget } from '../../../../src/executors/transport/ssh/config.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'stowage-ssh-'));
  mkdirSync(join(home, '.ssh', 'conf.d'), { recursive: true });
  writeFileSync(
    join(home, '.ssh', 'config'),
    [
      'Include conf.d/*',
      'Host web-*',
      '  HostName %h.example',
      '  User deploy',
      '  Port 2222',
      '  IdentityFile ~/.ssh/id_%r',
      '  IdentityFile /keys/%h',
      '  IdentitiesOnly yes',
      '  ProxyJump ops@bastion:2200,inner',
      '  UserKnownHostsFile ~/.ssh/known_%h',
      '  StrictHostKeyChecking accept-new',
      'Host plain',
      '  IdentityAgent none',
      '  ProxyCommand nc %h %p',
      'Host *',
      '  User ann',
    ].join('\n'),
  );
  writeFileSync(join(home, '.ssh', 'conf.d', 'one'), 'Host included\n  HostName 10.0.0.9\n');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe.each([
  ['through ssh -G', process.env.PATH],
  ['read here, without an ssh command', '/nonexistent'],
])('~/.ssh/config %s', (_name, PATH) => {
  const env = () => ({ HOME: home, PATH, SSH_AUTH_SOCK: '/run/agent' });

  it('takes what it says of a host', async () => {
    expect(await resolveTarget({ host: 'web-1' }, env())).toMatchObject({
      alias: 'web-1',
      host: 'web-1.example',
      port: 2222,
      user: 'deploy',
      identityFiles: [`${home}/.ssh/id_deploy`, '/keys/web-1.example'],
      identitiesOnly: true,
      agentSocket: '/run/agent',
      knownHostsFiles: [`${home}/.ssh/known_web-1.example`],
      hostKeyPolicy: 'accept-new',
      jump: ['ops@bastion:2200', 'inner'],
    });
  });

  it('lets the address go first', async () => {
    const request = { host: 'web-1', user: 'root', port: 22, identityFile: '~/mine', jump: ['other'] };
    expect(await resolveTarget(request, env())).toMatchObject({
      user: 'root',
      port: 22,
      identityFiles: [`${home}/mine`],
      identitiesOnly: true,
      jump: ['other'],
    });
  });

  it('follows Include, and has the defaults of ssh', async () => {
    expect(await resolveTarget({ host: 'included' }, env())).toMatchObject({
      host: '10.0.0.9',
      user: 'ann',
      port: 22,
      hostKeyPolicy: 'strict',
      identitiesOnly: false,
      jump: [],
      knownHostsFiles: [`${home}/.ssh/known_hosts`, `${home}/.ssh/known_hosts2`],
    });
    const { identityFiles } = await resolveTarget({ host: 'included' }, env());
    expect(identityFiles).toContain(`${home}/.ssh/id_ed25519`);
  });

  it('knows proxy commands and that there shall be no agent', async () => {
    const target = await resolveTarget({ host: 'plain' }, env());
    expect(target).toMatchObject({ proxyCommand: 'nc plain 22', jump: [] });
    expect(target.agentSocket).toBeUndefined();
  });
});

it('reads another file when told', async () => {
  const file = join(home, 'other');
  writeFileSync(file, 'Host *\n  User zoe\n');
  expect(
    (await resolveTarget({ host: 'x' }, { HOME: home, PATH: process.env.PATH, STOWAGE_SSH_CONFIG: file })).user,
  ).toBe('zoe');
});

it.each([
  ['yes', 'strict'],
  ['ask', 'strict'],
  ['true', 'strict'],
  ['accept-new', 'accept-new'],
  ['no', 'accept-new'],
  ['off', 'accept-new'],
])('StrictHostKeyChecking %s is %s', (value, policy) => {
  const settings = parseSettings(`stricthostkeychecking ${value}\ncertificatefile /c`);
  expect(toTarget({ host: 'h', user: 'u' }, settings, { HOME: home })).toMatchObject({
    hostKeyPolicy: policy,
    hasCertificate: true,
  });
});

it.each([
  ['5', 5_000],
  ['none', undefined],
  ['0', undefined],
])('ConnectTimeout %s is %s ms', (value, milliseconds) => {
  const settings = parseSettings(`connecttimeout ${value}`);
  expect(toTarget({ host: 'h', user: 'u' }, settings, { HOME: home }).connectTimeoutMs).toBe(milliseconds);
});
