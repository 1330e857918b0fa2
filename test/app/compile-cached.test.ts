import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useCache } from '../../src/app/cli/cache.ts';
import { compileWithoutPayloads } from '../../src/app/compile-cached.ts';
import { resolveSettings } from '../../src/app/settings.ts';
import { workspace } from '../commands/run-cli.ts';

const COMPOSE = `
services:
  web:
    image: "web:\${TAG:-1}"
    environment: [PASSED_ON]
    env_file: [web.env]
    secrets: [key]
secrets: { key: { file: key.txt } }
`;

let cache: string;
let folder: ReturnType<typeof workspace>;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'stowage-compiled-'));
  useCache({ build: 'test', directory: () => cache });
  folder = workspace({ 'compose.yaml': COMPOSE, 'web.env': 'FROM_FILE=1\n', 'key.txt': 'very-secret-bytes' });
});
afterEach(() => {
  useCache(undefined);
  folder.remove();
  rmSync(cache, { recursive: true, force: true });
});

/** The compiled container, and whether it came from the cache: only a fresh result has the secret's bytes. */
async function compile(env: Record<string, string> = {}) {
  const settings = await resolveSettings({}, folder.path, env, { hosts: false });
  const compiled = await compileWithoutPayloads({ settings, env });
  const container = compiled.desired.workloads[0]?.template.containers[0];
  const value = (name: string) => container?.env.find((entry) => entry.name === name);
  return { image: container?.image, value, isCached: compiled.payloads.size === 0, desired: compiled.desired };
}

describe('a second run over the same input', () => {
  it('takes the first one’s result, the same to the byte', async () => {
    const first = await compile();
    const second = await compile();
    expect([first.isCached, second.isCached]).toEqual([false, true]);
    expect(JSON.stringify(second.desired)).toBe(JSON.stringify(first.desired));
  });

  it('keeps no secret', async () => {
    await compile({ PASSED_ON: 'x' });
    const kept = readdirSync(cache).map((name) => readFileSync(join(cache, name), 'utf8'));
    expect(kept).toHaveLength(1);
    expect(kept.join('')).not.toContain('very-secret-bytes');
  });

  it('does not mind a variable that nothing names', async () => {
    await compile();
    expect((await compile({ UNRELATED: '1' })).isCached).toBe(true);
  });
});

describe('a run after a change', () => {
  beforeEach(async () => {
    await compile();
    expect((await compile()).isCached).toBe(true);
  });

  it.each([
    ['of the file', () => writeFileSync(join(folder.path, 'compose.yaml'), COMPOSE.replace('web:$', 'other:$'))],
    ['of a file it names', () => writeFileSync(join(folder.path, 'web.env'), 'FROM_FILE=2\n')],
    ['of a secret', () => writeFileSync(join(folder.path, 'key.txt'), 'other-bytes')],
    ['by a file that was not there before', () => writeFileSync(join(folder.path, '.env'), 'TAG=5\n')],
    [
      'by an override file',
      () => writeFileSync(join(folder.path, 'compose.override.yaml'), 'services: {web: {tty: true}}\n'),
    ],
  ])('%s compiles anew', async (_, change) => {
    change();
    expect((await compile()).isCached).toBe(false);
  });

  it('of a variable that is interpolated compiles anew', async () => {
    expect(await compile({ TAG: '2' })).toMatchObject({ isCached: false, image: 'web:2' });
    expect(await compile({ TAG: '3' })).toMatchObject({ isCached: false, image: 'web:3' });
  });

  it('of a variable that is passed on compiles anew', async () => {
    const { isCached, value } = await compile({ PASSED_ON: 'now set' });
    expect(isCached).toBe(false);
    expect(value('PASSED_ON')).toMatchObject({ value: 'now set' });
  });

  it('of the build compiles anew', async () => {
    useCache({ build: 'another', directory: () => cache });
    expect((await compile()).isCached).toBe(false);
  });
});

it('compiles when the entry is broken', async () => {
  await compile();
  for (const name of readdirSync(cache)) writeFileSync(join(cache, name), '{"reads":');
  expect((await compile()).isCached).toBe(false);
});

it('compiles when there is no place to keep anything', async () => {
  useCache({ build: 'test', directory: () => undefined });
  await compile();
  expect((await compile()).isCached).toBe(false);
});
