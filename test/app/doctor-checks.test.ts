import { describe, expect, it } from 'vitest';
import { parseDf } from '../../src/app/disk-space.ts';
import {
  brokenHost,
  clockCheck,
  diskCheck,
  engineCheck,
  gatewayCheck,
  swarmCheck,
} from '../../src/app/doctor-checks.ts';

const df = (total: number, available: number) =>
  `Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 ${total} ${total - available} ${available} 50% /var\n`;

describe('what doctor makes of what it finds', () => {
  it.each([
    ['plenty', df(100_000_000, 50_000_000), 'ok'],
    ['little', df(100_000_000, 900_000), 'warning'],
    ['a small share of a large disk', df(100_000_000, 3_000_000), 'warning'],
    ['nothing', df(100_000_000, 1000), 'error'],
  ])('disk with %s', (_name, text, status) => {
    expect(diskCheck('a', parseDf('/var/lib/docker', text)).status).toBe(status);
  });

  it('knows an answer of df it does not understand', () => {
    expect(() => parseDf('/var/lib/docker', 'df: no such file')).toThrow('not understood');
  });

  it.each([
    [200, 20, 'ok'],
    [-4000, 20, 'ok'],
    [90_000, 20, 'warning'],
    [-90_000, 20, 'warning'],
    [9000, 10_000, 'ok'],
  ])('clock %i ms away, with an answer after %i ms', (skew, roundTrip, status) => {
    expect(clockCheck('a', skew, roundTrip).status).toBe(status);
  });

  it.each([
    ['19.03.15', 'error'],
    ['20.10.24+dfsg1', 'ok'],
    ['28.0.1', 'ok'],
  ])('engine %s', (version, status) => {
    expect(engineCheck('a', version, 'linux', 'x86_64').status).toBe(status);
  });

  it.each([
    [{}, 'ok'],
    [{ LocalNodeState: 'active', ControlAvailable: true, Managers: 3, Nodes: 3 }, 'ok'],
    [{ LocalNodeState: 'active', ControlAvailable: true, Managers: 2, Nodes: 2 }, 'warning'],
    [{ LocalNodeState: 'active', Error: 'no leader' }, 'error'],
    [{ LocalNodeState: 'locked' }, 'error'],
  ])('swarm %j', (swarm, status) => {
    const check = swarmCheck('a', swarm);
    expect(check.status).toBe(status);
    expect(check.fix === undefined).toBe(status === 'ok');
  });

  it('says which part of the way in failed, and what could not be looked at', () => {
    const checks = brokenHost('a', { severity: 'error', code: 'host/engine-forbidden', message: 'no', fix: 'do' });
    expect(checks.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'connection ok',
      'forwarding ok',
      'socket error',
      'engine skipped',
      'disk skipped',
      'clock skipped',
      'swarm skipped',
      'gateway skipped',
    ]);
  });

  it('a gateway that does not run is an error, none is fine', () => {
    expect(gatewayCheck('a', undefined, '').status).toBe('ok');
    expect(gatewayCheck('a', 'exited', 'Exited (1)')).toMatchObject({ status: 'error' });
  });
});
