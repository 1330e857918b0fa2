import { describe, expect, it } from 'vitest';
import { formatHostAddress, parseHostAddress, parseJump } from '../../src/model/host-address.ts';

const good: [string, object][] = [
  ['unix:///run/docker.sock', { type: 'unix', path: '/run/docker.sock' }],
  ['/run/docker.sock', { type: 'unix', path: '/run/docker.sock' }],
  ['ssh://web', { type: 'ssh', host: 'web' }],
  ['ssh://deploy@198.51.100.7', { type: 'ssh', host: '198.51.100.7', user: 'deploy' }],
  ['deploy@web:2222', { type: 'ssh', host: 'web', user: 'deploy', port: 2222 }],
  ['ssh://deploy@[2001:db8::7]:2222', { type: 'ssh', host: '2001:db8::7', user: 'deploy', port: 2222 }],
  ['SSH://web/run/user/1000/docker.sock', { type: 'ssh', host: 'web', socketPath: '/run/user/1000/docker.sock' }],
  ['ssh://me%40corp@web/', { type: 'ssh', host: 'web', user: 'me@corp' }],
  ['tcp://198.51.100.7', { type: 'tcp', host: '198.51.100.7', port: 2375 }],
  ['https://engine.example', { type: 'tcp', host: 'engine.example', port: 2376 }],
  ['tcp://[::1]:2376', { type: 'tcp', host: '::1', port: 2376 }],
];

const bad: [string, RegExp][] = [
  ['', /empty/],
  ['web-1', /no scheme/],
  ['npipe:////./pipe/docker_engine', /npipe/],
  ['unix://docker.sock', /absolute/],
  ['ssh://me:secret@web', /password/],
  ['ssh://web:99999', /not a port/],
  ['ssh://', /form/],
  ['tcp://', /form/],
  ['tcp://web:http', /not a port/],
];

describe('parseHostAddress', () => {
  it.each(good)('reads %s', (text, address) => {
    expect(parseHostAddress(text)).toEqual({ ok: true, address });
  });

  it.each(good)('reads %s back from what it prints', (_text, address) => {
    const printed = formatHostAddress(address as Parameters<typeof formatHostAddress>[0]);
    expect(parseHostAddress(printed)).toEqual({ ok: true, address });
  });

  it.each(bad)('refuses %j and says why', (text, why) => {
    const parsed = parseHostAddress(text);
    expect(parsed).toMatchObject({ ok: false, why: expect.stringMatching(why), fix: expect.any(String) });
    expect(JSON.stringify(parsed)).not.toContain('secret');
  });

  it('reads jump hosts', () => {
    expect(parseJump('ops@bastion:2200')).toEqual({ user: 'ops', host: 'bastion', port: 2200 });
    expect(parseJump('ssh://bastion')).toEqual({ host: 'bastion' });
    expect(parseJump('a b@:x')).toBeUndefined();
  });
});
