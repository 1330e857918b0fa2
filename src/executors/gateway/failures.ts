import { GATEWAY_NAME } from '../../model/gateway.ts';
import { stepFailure } from '../docker/steps/failure.ts';
import { containerEvidence } from '../docker/wait/evidence.ts';
import type { HostConnection } from '../transport/connection.ts';

/** HAProxy's own check refused the configuration; the one in force is untouched. */
export function refused(host: HostConnection, words: string) {
  const lines = words.split('\n').filter((l) => /ALERT|WARNING|error/i.test(l));
  return stepFailure('gateway/config-refused', 'the gateway refuses the configuration', {
    where: `host ${host.name}`,
    why: lines.at(-1) ?? words.trim().split('\n').at(-1) ?? 'it gives no reason',
    evidence: [{ title: 'haproxy -c', lines: lines.slice(-10) }],
    fix: 'check the certificates, hosts and paths of the routes; what was served before is still served',
  });
}

export function portTaken(host: HostConnection, port: number, words: string) {
  return stepFailure('gateway/port-taken', 'a port to publish is taken on the host', {
    where: `host ${host.name}, port ${port}`,
    why: words.replace(/^! /, ''),
    fix: `see who listens there (ss -ltnp sport = :${port}), stop it or publish another port`,
  });
}

export function unreachable(host: HostConnection, container: string, at: string, words: string) {
  return stepFailure('gateway/server-unreachable', 'the gateway cannot connect to a replica', {
    where: `host ${host.name}, container ${container}`,
    detail: `${at}: ${words.replace(/^! /, '') || 'no answer'}`,
    why: 'the replica is ready by its own check, but nothing listens there for the gateway',
    fix: 'let the program listen on 0.0.0.0, and name the port it listens on as the container port',
  });
}

export async function notInForce(host: HostConnection, what: string) {
  return stepFailure('gateway/not-confirmed', 'the gateway did not take over its new state', {
    where: `host ${host.name}`,
    why: what,
    evidence: await containerEvidence(host, GATEWAY_NAME),
    fix: 'see the log lines; apply again once it is mended',
  });
}

export function noGateway(host: HostConnection) {
  return stepFailure('gateway/not-running', 'the gateway does not run', {
    where: `host ${host.name}, container ${GATEWAY_NAME}`,
    why: 'somebody stopped or removed it',
    fix: 'apply again: it is started anew with what all stacks publish',
  });
}
