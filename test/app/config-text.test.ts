import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configText, type ViewFlags } from '../../src/app/config-text.ts';
import { DiagnosticError } from '../../src/model/diagnostic.ts';

let folder = '';
const FILE = `name: shop
services:
  web: {image: "shop/web:\${TAG:-1}", profiles: [front], networks: [front], depends_on: [db], volumes: ["data:/d"]}
  db: {build: ., environment: {SECRET: "a$$b"}}
networks: {front: {}}
volumes: {data: {}}
x-own: {kept: 1}
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stowage-config-'));
  writeFileSync(join(folder, 'compose.yaml'), FILE);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function text(flags: Partial<ViewFlags>, services: readonly string[] = []): Promise<string> {
  const all = { file: [join(folder, 'compose.yaml')], profile: ['front'], ...flags };
  return (await configText(all, services, { HOME: folder, PWD: process.cwd() })).text;
}

describe('stowage config', () => {
  it.each([
    [{ services: true }, 'db\nweb\n'],
    [{ services: true, profile: [] }, 'db\n'],
    [{ volumes: true }, 'data\n'],
    [{ networks: true }, 'default\nfront\n'],
    [{ images: true }, 'shop-db\nshop/web:1\n'],
    [{ profiles: true, profile: [] }, 'front\n'],
    [{ variables: true }, 'NAME   REQUIRED   DEFAULT VALUE   ALTERNATE VALUE\nTAG    false      1\n'],
  ])('%j prints names', async (flags, expected) => {
    expect(await text(flags)).toBe(expected);
  });

  it('prints JSON that is a compose file again', async () => {
    const project = JSON.parse(await text({ format: 'json' }));
    expect(project).toMatchObject({ name: 'shop', 'x-own': { kept: 1 } });
    expect(project.services.db.environment).toEqual({ SECRET: 'a$$b' });
  });

  it('keeps only the services named and what they depend on', async () => {
    expect(Object.keys(JSON.parse(await text({ format: 'json' }, ['db'])).services)).toEqual(['db']);
    const both = JSON.parse(await text({ format: 'json', profile: [] }, ['web']));
    expect(Object.keys(both.services)).toEqual(['db', 'web']);
  });

  it('leaves variables in with --no-interpolate', async () => {
    expect(await text({ 'no-interpolate': true })).toContain('shop/web:${TAG:-1}');
  });

  it('hashes what makes a container differ, and only that', async () => {
    const before = await text({ hash: 'web' });
    expect(before).toMatch(/^web [0-9a-f]{64}\n$/);
    expect(await text({ hash: '*' })).toContain(before);
  });

  it('reads stack files by their own rules', async () => {
    const stack = join(folder, 'stack.yaml');
    writeFileSync(stack, 'version: "3.8"\nservices: {web: {image: "w:$TAG-1", ports: ["80"]}}\n');
    const project = JSON.parse(await text({ 'stack-format': true, 'compose-file': [stack], format: 'json' }));
    expect(project).toEqual({
      version: '3.8',
      services: { web: { image: 'w:1', ports: [{ mode: 'ingress', target: 80, protocol: 'tcp' }] } },
    });
  });

  it('says what is wrong and ends with 64', async () => {
    const wrong = text({ hash: 'nothing' });
    await expect(wrong).rejects.toBeInstanceOf(DiagnosticError);
    await expect(text({ file: ['--format'] })).rejects.toMatchObject({ exitCode: 64 });
    await expect(text({}, ['nothing'])).rejects.toMatchObject({ exitCode: 64 });
  });
});
