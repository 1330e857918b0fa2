import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { registryAuth } from '../../../../src/executors/docker/images/auth.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stowage-auth-'));
  mkdirSync(join(home, '.docker'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const env = () => ({ HOME: home, PATH: `${home}:${process.env.PATH}` });
const configure = (config: object | string) =>
  writeFileSync(join(home, '.docker/config.json'), typeof config === 'string' ? config : JSON.stringify(config));
const decoded = async (registry: string) => {
  const header = await registryAuth(registry, env());
  return header === undefined ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString());
};
const helper = (name: string, script: string) => {
  const file = join(home, `docker-credential-${name}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
};
const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

it('is anonymous where nobody logged in', async () => {
  expect(await decoded('docker.io')).toBeUndefined();
  configure({ auths: { 'other.example': auth('a:b') } });
  expect(await decoded('registry.example')).toBeUndefined();
});

it.each([
  ['docker.io', 'https://index.docker.io/v1/', 'https://index.docker.io/v1/'],
  ['registry.example:5000', 'registry.example:5000', 'registry.example:5000'],
  ['registry.example', 'https://registry.example', 'registry.example'],
])('finds %s under %s', async (registry, key, serveraddress) => {
  configure({ auths: { [key]: auth('ann:pass:word') } });
  expect(await decoded(registry)).toEqual({ username: 'ann', password: 'pass:word', serveraddress });
});

it.each(['a', 'ab', 'abc', '~~~???'])('encodes with padding and the letters of URLs (%s)', async (password) => {
  configure({ auths: { 'r.example': auth(`u:${password}`) } });
  const header = (await registryAuth('r.example', env())) ?? '';
  expect(header.length % 4).toBe(0);
  expect(header).not.toMatch(/[+/]/);
});

it('takes identity tokens', async () => {
  configure({ auths: { 'r.example': { ...auth('ann:'), identitytoken: 't' } } });
  expect(await decoded('r.example')).toMatchObject({ username: 'ann', identitytoken: 't' });
});

it('asks the credential helper of the registry, else the store', async () => {
  helper(
    'one',
    `read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"ann\\",\\"Secret\\":\\"for $server\\"}"`,
  );
  helper('two', `echo '{"Username":"<token>","Secret":"tok"}'`);
  configure({ credHelpers: { 'r.example': 'one' }, credsStore: 'two' });
  expect(await decoded('r.example')).toEqual({
    username: 'ann',
    password: 'for r.example',
    serveraddress: 'r.example',
  });
  expect(await decoded('x.example')).toEqual({ identitytoken: 'tok', serveraddress: 'x.example' });
});

it('is anonymous when the helper has nothing', async () => {
  helper('none', 'echo "credentials not found in native keychain"; exit 1');
  configure({ credsStore: 'none' });
  expect(await decoded('r.example')).toBeUndefined();
});

it.each([
  ['a helper that is missing', { credsStore: 'absent' }, /no such command/],
  ['a helper that fails', { credsStore: 'broken' }, /keychain is locked/],
  ['a damaged entry', { auths: { 'r.example': { auth: Buffer.from('hunter2').toString('base64') } } }, /damaged/],
  ['a file that is not JSON', '{"auths": hunter2', /not JSON/],
])('tells of %s without what it holds', async (_name, config, why) => {
  helper('broken', 'echo "keychain is locked" >&2; exit 1');
  configure(config);
  const failed = registryAuth('r.example', env());
  await expect(failed).rejects.toMatchObject({
    diagnostics: [{ code: 'registry/credentials', why: expect.stringMatching(why) }],
  });
  await expect(failed).rejects.not.toThrow(/hunter2/);
});
