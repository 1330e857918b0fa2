import { describe, expect, it } from 'vitest';
import { type GatewayListener, gatewayNote } from '../../src/model/gateway.ts';
import type { LiveHost } from '../../src/model/live.ts';
import { portConflicts } from '../../src/planner/gateway/conflicts.ts';
import { schedulingHosts } from '../../src/planner/scheduling-hosts.ts';
import { hosts } from './build.ts';

const listener = (change: Partial<GatewayListener>): GatewayListener => ({
  port: 80,
  mode: 'http',
  certificates: [],
  rules: [],
  ...change,
});
const rule = (host: string) => ({ host, path: '/', pathType: 'prefix' as const, backend: 'b' });
const config = (stack: string, ...listeners: GatewayListener[]) => ({ stack, listeners, backends: [] });

/** A host on which the stack `blog` has these listeners. */
function hostWith(...listeners: GatewayListener[]): LiveHost {
  const [host] = hosts('a').hosts;
  const note = gatewayNote({ config: config('blog', ...listeners), servers: [], slots: {} }, 1);
  return { ...(host as LiveHost), volumes: [{ ...note, driver: 'local', options: {} }] };
}

describe('ports of several stacks on one host', () => {
  it.each([
    ['one port for all requests of two stacks', { defaultBackend: 'x' }, { defaultBackend: 'y' }, 1],
    ['another port', { port: 81, defaultBackend: 'x' }, { defaultBackend: 'y' }, 0],
    ['another address', { hostIp: '10.0.0.1', defaultBackend: 'x' }, { hostIp: '10.0.0.2', defaultBackend: 'y' }, 0],
    ['names of their own', { rules: [rule('a.example')] }, { rules: [rule('b.example')] }, 0],
    ['the same name', { rules: [rule('a.example')] }, { rules: [rule('a.example')] }, 1],
    ['connections and connections', { mode: 'tcp' as const, defaultBackend: 'x' }, { defaultBackend: 'y' }, 1],
  ])('%s', (_name, ours, theirs, expected) => {
    const host = hostWith(listener(theirs));
    const found = portConflicts(new Map([['a', config('shop', listener(ours))]]), new Map([['a', host]]), 'shop');
    expect(found.map((d) => d.code)).toEqual(Array(expected).fill('plan/port-taken'));
  });

  it('a port of another stack’s gateway is not free for a container, one of the own is', () => {
    const live = { hosts: [hostWith(listener({ port: 8080 }))], unreadable: [] };
    const ports = (stack: string) =>
      schedulingHosts(live, stack, [], { outdated: new Set(), stays: () => undefined })[0]?.foreign.ports;
    expect(ports('shop')).toEqual([{ port: 8080, protocol: 'tcp' }]);
    expect(ports('blog')).toEqual([]);
  });
});
