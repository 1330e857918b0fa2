import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { renderConfig } from '../../../src/executors/gateway/render.ts';
import type { GatewayEntry } from '../../../src/model/gateway.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/gateway', import.meta.url));
const CASES = readdirSync(FIXTURES).sort();

interface Input {
  readonly hasIpv6: boolean;
  readonly entries: readonly GatewayEntry[];
}

function input(name: string): Input {
  return JSON.parse(readFileSync(join(FIXTURES, name, 'entries.json'), 'utf8')) as Input;
}

describe('the configuration of a gateway', () => {
  it.each(CASES)('%s', async (name) => {
    const { entries, ...traits } = input(name);
    await expect(renderConfig(entries, traits).text).toMatchFileSnapshot(join(FIXTURES, name, 'expected.cfg'));
  });

  it.each(CASES)('%s: the order of the entries does not matter', (name) => {
    const { entries, ...traits } = input(name);
    expect(renderConfig([...entries].reverse(), traits)).toEqual(renderConfig(entries, traits));
  });

  it.each(CASES)('%s: no two sections have the same name, which HAProxy takes no more from 3.3 on', (name) => {
    const { entries, ...traits } = input(name);
    const names = [...renderConfig(entries, traits).text.matchAll(/^(?:frontend|backend) (.+)$/gm)].map(([, n]) => n);
    expect(names).toEqual([...new Set(names)]);
  });

  it('another server or weight is no other structure, another port or more places are', () => {
    const { entries, ...traits } = input('one-port');
    const [entry] = entries as [GatewayEntry];
    const structure = (changed: GatewayEntry) => renderConfig([changed], traits).structure;
    expect(structure({ ...entry, servers: [] })).toBe(structure(entry));
    expect(structure({ ...entry, slots: { 'shop:web:8080': 8 } })).not.toBe(structure(entry));
    const listeners = entry.config.listeners.map((l) => ({ ...l, port: 81 }));
    expect(structure({ ...entry, config: { ...entry.config, listeners } })).not.toBe(structure(entry));
  });

  it('words from files cannot add a line or end one', () => {
    const { entries, ...traits } = input('routes-of-two-stacks');
    const [shop] = entries as [GatewayEntry];
    const rules = [
      { path: '/a b\n  use_backend other', pathType: 'exact', host: 'x y#z', backend: 'shop:api:80' } as const,
    ];
    const listeners = [{ port: 80, mode: 'http', certificates: [], rules } as const];
    const { text } = renderConfig([{ ...shop, config: { ...shop.config, listeners } }], traits);
    expect(text).toContain('path /a\\ b\\ \\ use_backend\\ other');
    expect(text).toContain('-i x\\ y\\#z');
    expect(text.split('\n').filter((l) => l.includes('use_backend other'))).toEqual([]);
  });
});

const HAPROXY = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find((path) => existsSync(path));

describe.skipIf(HAPROXY === undefined)('HAProxy itself', () => {
  it.each(CASES)('accepts %s', (name) => {
    const { entries, ...traits } = input(name);
    const folder = mkdtempSync(join(tmpdir(), 'stowage-gateway-'));
    try {
      const text = renderConfig(entries, traits).text;
      // Certificates are not in the fixtures; the line without them is what can be checked.
      writeFileSync(join(folder, 'haproxy.cfg'), text.replace(/ ssl crt \S+ alpn \S+$/gm, ''));
      const check = () => execFileSync(HAPROXY ?? '', ['-c', '-f', join(folder, 'haproxy.cfg')], { stdio: 'pipe' });
      expect(check).not.toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
