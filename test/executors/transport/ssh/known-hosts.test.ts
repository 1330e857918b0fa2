import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  fingerprint,
  judgeKey,
  knownHostLine,
  knownHostName,
  parseKnownHosts,
  preferredAlgorithms,
} from '../../../../src/executors/transport/ssh/known-hosts.ts';

/** A key blob: its type, then something that differs. */
function blob(type: string, content: string): Buffer {
  const field = (text: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  };
  return Buffer.concat([field(type), field(content)]);
}

const KEY = blob('ssh-ed25519', 'mine');
const OTHER = blob('ssh-ed25519', 'other');
const RSA = blob('ssh-rsa', 'rsa');
const text = (key: Buffer) => `${key.subarray(4, 4 + key.readUInt32BE(0))} ${key.toString('base64')}`;

function hashed(name: string): string {
  const salt = Buffer.from('saltsaltsaltsaltsalt');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

describe('judgeKey', () => {
  it.each([
    ['a plain name', `web ${text(KEY)}`, 'web', 22, 'known'],
    ['a name in capitals', `WEB ${text(KEY)}`, 'Web', 22, 'known'],
    ['one of several names', `db,web,10.0.0.1 ${text(KEY)}`, '10.0.0.1', 22, 'known'],
    ['a hashed name', `${hashed('web')} ${text(KEY)}`, 'web', 22, 'known'],
    ['a hashed name with a port', `${hashed('[web]:2222')} ${text(KEY)}`, 'web', 2222, 'known'],
    ['another port', `[web]:2222 ${text(KEY)}`, 'web', 2222, 'known'],
    ['the port is part of the name', `[web]:2222 ${text(OTHER)}`, 'web', 22, 'unknown'],
    ['the very key filed without the port', `web ${text(KEY)}`, 'web', 2222, 'known'],
    ['another key filed without the port', `web ${text(OTHER)}`, 'web', 2222, 'unknown'],
    ['a wildcard', `*.example ${text(KEY)}`, 'a.example', 22, 'known'],
    ['a question mark', `web-? ${text(KEY)}`, 'web-1', 22, 'known'],
    ['a dot is no wildcard', `web.1 ${text(KEY)}`, 'webx1', 22, 'unknown'],
    ['an exception', `*.example,!a.example ${text(KEY)}`, 'a.example', 22, 'unknown'],
    ['nothing on file', '', 'web', 22, 'unknown'],
    ['comments and blank lines', `# web ${text(OTHER)}\n\n  web ${text(KEY)} comment`, 'web', 22, 'known'],
    ['another key', `web ${text(OTHER)}`, 'web', 22, 'changed'],
    ['a key of another type only', `web ${text(RSA)}`, 'web', 22, 'changed'],
    ['one of several keys', `web ${text(OTHER)}\nweb ${text(KEY)}`, 'web', 22, 'known'],
    ['a revoked key', `@revoked * ${text(KEY)}\nweb ${text(KEY)}`, 'web', 22, 'revoked'],
    ['another key revoked', `@revoked * ${text(OTHER)}\nweb ${text(KEY)}`, 'web', 22, 'known'],
  ])('%s', (_name, file, host, port, result) => {
    expect(judgeKey(parseKnownHosts(file, 'f'), host, port, KEY).result).toBe(result);
  });

  it('names the lines that have another key', () => {
    const verdict = judgeKey(parseKnownHosts(`# first\nweb ${text(OTHER)}`, '/home/ann/known'), 'web', 22, KEY);
    expect(verdict).toMatchObject({ lines: [{ file: '/home/ann/known', line: 2 }] });
  });

  it('tells that only an authority is known', () => {
    const entries = parseKnownHosts(`@cert-authority *.example ${text(OTHER)}`, 'f');
    expect(judgeKey(entries, 'a.example', 22, KEY)).toEqual({ result: 'unknown', hasAuthority: true });
  });
});

it('asks for the types on file first', () => {
  const entries = parseKnownHosts(`web ${text(RSA)}\nweb ${text(KEY)}\ndb ecdsa-sha2-nistp256 AAAA`, 'f');
  expect(preferredAlgorithms(entries, 'web', 22)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa', 'ssh-ed25519']);
});

it.each([false, true])('writes a line it knows again (hashed: %s)', (isHashed) => {
  const line = knownHostLine('Web', 2222, KEY, isHashed);
  expect(line.includes('web')).toBe(!isHashed);
  expect(judgeKey(parseKnownHosts(line, 'f'), 'web', 2222, KEY).result).toBe('known');
});

it('names and prints as ssh does', () => {
  expect(knownHostName('Web', 22)).toBe('web');
  expect(knownHostName('::1', 2222)).toBe('[::1]:2222');
  expect(fingerprint(KEY)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});
