import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armor, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchPayloads } from '../../src/app/payload-requests.ts';
import { requestKey } from '../../src/model/payload-request.ts';

describe('configs and secrets from elsewhere', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stowage-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const text = async (request: Parameters<typeof requestKey>[0]) => {
    const found = await fetchPayloads([request], folder, process.env);
    return Buffer.from(found.get(requestKey(request)) ?? []).toString();
  };

  test.each([
    ['one line break at the end is no part of it', 'printf "one\\n"', 'one'],
    ['more of them are', 'printf "one\\n\\n"', 'one\n'],
    ['none is none', 'printf one', 'one'],
    ['and neither is nothing', 'true', ''],
  ])('a command: %s', async (_name, script, expected) => {
    expect(await text({ type: 'command', command: ['sh', '-c', script] })).toBe(expected);
  });

  test.each([
    ['fails', ['sh', '-c', 'echo planted-secret; echo locked >&2; exit 3'], /it ended with 3: locked/],
    ['is not there', ['no-such-command'], /there is no command no-such-command/],
  ])('a command that %s is told, without what it printed', async (_name, command, why) => {
    const failed = await fetchPayloads([{ type: 'command', command }], folder, process.env).catch((e: unknown) => e);
    expect(failed).toMatchObject({ diagnostics: [{ code: 'payload/source', why: expect.stringMatching(why) }] });
    const { diagnostics } = failed as { diagnostics: { why: string }[] };
    expect(diagnostics[0]?.why).not.toContain('planted-secret');
  });

  test.each([['armoured'], ['binary']])('an age file, %s', async (form) => {
    const identity = await generateIdentity();
    const encrypter = new Encrypter();
    encrypter.addRecipient(await identityToRecipient(identity));
    const bytes = await encrypter.encrypt('hunter2\n');
    writeFileSync(join(folder, 'key.txt'), `# created now\n${identity}\n`);
    writeFileSync(join(folder, 'secret.age'), form === 'armoured' ? armor.encode(bytes) : bytes);
    expect(await text({ type: 'age', file: 'secret.age', identity: 'key.txt' })).toBe('hunter2\n');
    writeFileSync(join(folder, 'key.txt'), `${await generateIdentity()}\n`);
    await expect(text({ type: 'age', file: 'secret.age', identity: 'key.txt' })).rejects.toMatchObject({
      diagnostics: [{ code: 'payload/source', fix: expect.stringContaining('AGE_IDENTITY_FILE') }],
    });
  });
});
