import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultHost } from '../../../src/executors/transport/default-host.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stowage-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function context(name: string, host: string, tls = false) {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = join(home, '.docker/contexts/meta', id);
  mkdirSync(meta, { recursive: true });
  writeFileSync(join(meta, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
  if (!tls) return;
  const folder = join(home, '.docker/contexts/tls', id, 'docker');
  mkdirSync(folder, { recursive: true });
  for (const file of ['ca.pem', 'cert.pem', 'key.pem']) writeFileSync(join(folder, file), '');
}

it('prefers DOCKER_HOST over the context', () => {
  context('far', 'ssh://ops@far');
  expect(defaultHost({ HOME: home, DOCKER_HOST: 'ssh://me@near', DOCKER_CONTEXT: 'far' })).toMatchObject({
    name: 'near',
    address: { type: 'ssh', host: 'near', user: 'me' },
  });
});

it('takes the TLS files DOCKER_TLS_VERIFY and DOCKER_CERT_PATH mean', () => {
  for (const file of ['ca.pem', 'cert.pem', 'key.pem']) writeFileSync(join(home, file), '');
  const env = { HOME: home, DOCKER_HOST: 'tcp://x:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: home };
  expect(defaultHost(env).address).toMatchObject({ tls: { ca: join(home, 'ca.pem'), key: join(home, 'key.pem') } });
});

it('follows the current context, with its TLS files', () => {
  context('far', 'tcp://far:2376', true);
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'far' }));
  expect(defaultHost({ HOME: home })).toMatchObject({
    name: 'far',
    address: { type: 'tcp', host: 'far', port: 2376, tls: { cert: expect.stringContaining('cert.pem') } },
  });
});

it('falls back to a socket, also a rootless one', () => {
  mkdirSync(join(home, '.docker/run'), { recursive: true });
  const entry = defaultHost({ HOME: home });
  expect(entry).toMatchObject({ name: 'local', address: { type: 'unix' } });
});

it.each([
  ['an unusable DOCKER_HOST', { DOCKER_HOST: 'fd://' }],
  ['a context that is not there', { DOCKER_CONTEXT: 'gone' }],
])('refuses %s', (_name, env) => {
  expect(() => defaultHost({ HOME: home, ...env })).toThrow(/default engine/);
});
