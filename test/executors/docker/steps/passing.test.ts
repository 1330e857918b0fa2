import { expect, test } from 'vitest';
import {
  isPassingRegistryTrouble,
  isPassingTrouble,
  isSwarmTrouble,
  SwarmTrouble,
} from '../../../../src/executors/docker/steps/passing.ts';
import { engineFailure, failure } from '../../../../src/executors/transport/failures.ts';
import { DiagnosticError } from '../../../../src/model/diagnostic.ts';

const entry = { name: 'h', address: { type: 'unix', path: '/s' }, labels: {}, taints: [] } as const;
const engine = (status: number, words: string) => engineFailure(entry, 'POST /x', status, words);

test.each([
  ['connection lost', failure(entry, 'host/connection-lost'), true],
  ['engine down', failure(entry, 'host/engine-down'), true],
  ['no answer in time', failure(entry, 'host/timeout'), true],
  ['wrong key', failure(entry, 'host/ssh-auth'), false],
  ['containerd restarting', engine(500, 'connection error: desc = "dial unix /run/containerd.sock"'), true],
  ['swarm without a leader', engine(503, 'The swarm does not have a leader'), true],
  ['a leader that is being elected', engine(500, 'rpc error: The swarm does not have a leader'), true],
  ['a node the swarm has lost', engine(500, 'invalid cluster node while attaching to network'), true],
  ['a manager that did not answer', new SwarmTrouble(new DiagnosticError([], 1)), true],
  ['port taken', engine(500, 'driver failed: port is already allocated'), false],
  ['wrong input', engine(400, 'invalid mount config: i/o timeout'), false],
  ['disk full', engine(500, 'no space left on device'), false],
  ['our own bug', new TypeError('x is undefined'), false],
])('%s: passes by itself is %s', (_name, error, expected) => {
  expect(isPassingTrouble(error)).toBe(expected);
});

test.each([
  ['toomanyrequests: You have reached your pull rate limit', true],
  ['received unexpected HTTP status: 503 Service Unavailable', true],
  ['Get "https://r.example/v2/": net/http: TLS handshake timeout', true],
  ['dial tcp 10.0.0.1:5000: connect: connection refused', true],
  ['manifest for web:9 not found: manifest unknown', false],
  ['Get "http://r/v2/": no basic auth credentials', false],
  ['dial tcp: lookup nosuch.example: no such host', false],
])('a registry saying %j passes: %s', (words, expected) => {
  expect(isPassingRegistryTrouble(words)).toBe(expected);
});

test.each([
  ['a manager that begins anew', engine(500, 'attaching to network failed: context deadline exceeded'), true],
  ['a leader that is being elected', engine(500, 'rpc error: The swarm does not have a leader'), true],
  ['containerd restarting', engine(500, 'transport is closing'), false],
])('%s: is waited for longer, as it is the swarm: %s', (_name, error, expected) => {
  expect([isPassingTrouble(error), isSwarmTrouble(error)]).toEqual([true, expected]);
});
