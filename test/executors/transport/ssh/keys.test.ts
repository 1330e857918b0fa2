import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KeyRing } from '../../../../src/executors/transport/ssh/key-ring.ts';
import { loadKey } from '../../../../src/executors/transport/ssh/keys.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stowage-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function pair(type: 'rsa' | 'ec' | 'ed25519') {
  if (type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
}

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

/** What ssh2 makes of it signs what the original key's public half verifies. */
async function expectUsable(file: string, publicKey: ReturnType<typeof pair>['publicKey'], passphrase?: string) {
  const key = await loadKey(file, passphrase);
  if (key.state !== 'ready') throw new Error(key.state);
  const parsed = ssh2.utils.parseKey(key.privateKey, key.passphrase);
  if (parsed instanceof Error) throw parsed;
  const jwk = publicKey.export({ format: 'jwk' });
  const blob = parsed.getPublicSSH().toString('hex');
  const fingerprint = Buffer.from(jwk.x ?? jwk.n ?? '', 'base64url').toString('hex');
  expect(blob).toContain(fingerprint);
  expect(parsed.sign('text')).toBeInstanceOf(Buffer);
}

it.each(['rsa', 'ec', 'ed25519'] as const)('reads PKCS#8, %s', async (type) => {
  const { publicKey, privateKey } = pair(type);
  const file = write(`${type}-plain`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await expectUsable(file, publicKey);
});

it.each(['rsa', 'ec', 'ed25519'] as const)('reads encrypted PKCS#8, %s, with its passphrase only', async (type) => {
  const { publicKey, privateKey } = pair(type);
  const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'sesame' } as const;
  const file = write(`${type}-locked`, privateKey.export(options));
  expect(await loadKey(file)).toEqual({ state: 'encrypted' });
  expect(await loadKey(file, 'wrong')).toEqual({ state: 'encrypted' });
  await expectUsable(file, publicKey, 'sesame');
});

it('reads PEM of its own kind, encrypted too', async () => {
  const { publicKey, privateKey } = pair('rsa');
  await expectUsable(write('pem', privateKey.export({ type: 'pkcs1', format: 'pem' })), publicKey);
  const options = { type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'sesame' } as const;
  const file = write('pem-locked', privateKey.export(options));
  expect(await loadKey(file)).toEqual({ state: 'encrypted' });
  await expectUsable(file, publicKey, 'sesame');
});

it.each([
  ['a public key', 'ssh-ed25519 AAAA ann@laptop', /public key/],
  ['anything else', 'hello', /.+/],
])('refuses %s', async (name, content, why) => {
  const file = write(name.replaceAll(' ', '-'), content);
  expect(await loadKey(file)).toMatchObject({ state: 'unusable', why: expect.stringMatching(why), forSsh: false });
});

it('tells a missing file from an unreadable one', async () => {
  expect(await loadKey(join(folder, 'none'))).toEqual({ state: 'missing' });
  expect(await loadKey(folder)).toMatchObject({ state: 'unusable' });
});

it('asks one question at a time, three times at most, and once per file', async () => {
  const { privateKey } = pair('ed25519');
  const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'sesame' } as const;
  const files = ['a', 'b'].map((name) => write(name, privateKey.export(options)));
  const questions: string[] = [];
  let open = 0;
  const ring = new KeyRing({
    askPassphrase: async (question) => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open--;
      questions.push(question);
      return question.includes(files[0] ?? '') ? 'wrong' : 'sesame';
    },
  });
  const outcomes = await Promise.all([...files, ...files].map((file) => ring.unlock(file)));
  expect(outcomes.map((o) => (typeof o === 'string' ? o : 'key'))).toEqual([
    'no-passphrase',
    'key',
    'no-passphrase',
    'key',
  ]);
  expect(questions).toHaveLength(4);
});
