import { describe, expect, test } from 'vitest';
import { livenessSettings } from '../../../../src/compiler/kubernetes/desired/liveness/settings.ts';
import type { Probe, ProbeAction } from '../../../../src/model/desired.ts';
import { container } from '../../../planner/build.ts';

const probe = (action: ProbeAction, more: Partial<Probe> = {}): Probe => ({
  action,
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
  ...more,
});
const exec = (...command: string[]) => probe({ type: 'exec', command });

function lineOf(name: string, probes: { liveness?: Probe; startup?: Probe }): string | undefined {
  const lines = livenessSettings(container('web', 'web:1', { probes }), 30).split('\n');
  return lines.find((line) => line.startsWith(name))?.slice(name.length);
}

describe('what the script reads of a container', () => {
  test.each<{ name: string; action: ProbeAction; expected: string }>([
    { name: 'a command', action: { type: 'exec', command: ['pgrep', 'sh'] }, expected: 'run 1 pgrep sh' },
    {
      name: 'words that a shell would take apart',
      action: { type: 'exec', command: ['sh', '-c', "test 'a b' = $X; `x`", ''] },
      expected: `run 1 sh -c 'test '\\''a b'\\'' = $X; \`x\`' ''`,
    },
    { name: 'a port', action: { type: 'tcp', port: 80 }, expected: "talk tcp 1 127.0.0.1 80 ''" },
    { name: 'a port of another host', action: { type: 'tcp', port: 80, host: 'db' }, expected: "talk tcp 1 db 80 ''" },
    {
      name: 'a request',
      action: { type: 'http', scheme: 'http', port: 8080, path: '/a?b=100%', headers: [] },
      expected:
        "talk http 1 127.0.0.1 8080 'GET /a?b=100% HTTP/1.1\\r\\nHost: 127.0.0.1:8080\\r\\nUser-Agent: stowage-probe\\r\\nAccept: */*\\r\\nConnection: close\\r\\n\\r\\n'",
    },
    {
      name: 'headers, of which some take the place of the usual ones',
      action: {
        type: 'http',
        scheme: 'https',
        port: 443,
        path: '/',
        headers: [
          { name: 'host', value: 'shop.example' },
          { name: 'X-Quote', value: "it's \\ ü" },
        ],
      },
      expected:
        "talk https 1 127.0.0.1 443 'GET / HTTP/1.1\\r\\nUser-Agent: stowage-probe\\r\\nAccept: */*\\r\\nhost: shop.example\\r\\nX-Quote: it'\\''s \\0134 \\0303\\0274\\r\\nConnection: close\\r\\n\\r\\n'",
    },
  ])('$name', ({ action, expected }) => {
    expect(lineOf('liveness() ', { liveness: probe(action) })).toBe(`{ ${expected}; }`);
  });

  test('a startup probe has until its last miss; its grace is that of the pod unless it says so', () => {
    const startup = { ...exec('a'), initialDelaySeconds: 5, periodSeconds: 2, failureThreshold: 10 };
    expect(lineOf('startup_limit=', { startup })).toBe('25');
    expect(lineOf('startup_grace=', { startup })).toBe('30');
    expect(lineOf('startup_grace=', { startup: { ...startup, terminationGraceSeconds: 4 } })).toBe('4');
  });

  test('without one there is nothing to wait for', () => {
    expect(lineOf('startup_limit=', { liveness: exec('a') })).toBe('');
    expect(lineOf('liveness() ', { startup: exec('a') })).toBe('{ :; }');
  });
});
