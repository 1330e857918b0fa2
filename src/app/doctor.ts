import type { HostConnection, OpenOptions } from '../executors/transport/connection.ts';
import { HostError } from '../executors/transport/errors.ts';
import type { Check } from '../model/check.ts';
import type { HostEntry } from '../model/inventory.ts';
import { readDisk } from './disk-space.ts';
import {
  brokenHost,
  clockCheck,
  diskCheck,
  engineCheck,
  gatewayCheck,
  type SwarmFacts,
  swarmCheck,
} from './doctor-checks.ts';
import { gossipChecks } from './doctor-gossip.ts';
import { stackChecks } from './doctor-stack.ts';

/**
 * Looks at everything a run depends on: each host, and the lock and history of the stack. Changes nothing. A host that
 * cannot be asked is a finding, not a failure.
 *
 * @param stack undefined when there is no input that names one: then only the hosts are looked at
 */
export async function examine(
  hosts: readonly HostEntry[],
  stack: string | undefined,
  options: OpenOptions,
): Promise<readonly Check[]> {
  const { openHosts, closeHosts } = await import('../executors/transport/open.ts');
  const fallbacks = new Set<string>();
  const results = await openHosts(hosts, { ...options, onNotice: (host) => void fallbacks.add(host) });
  try {
    const connections = new Map([...results].flatMap(([name, r]) => (r.ok ? [[name, r.connection] as const] : [])));
    const perHost = await Promise.all(
      hosts.map(async ({ name }) => {
        const result = results.get(name);
        if (result?.ok) return await hostChecks(result.connection, fallbacks.has(name));
        return result === undefined ? [] : brokenHost(name, result.error.diagnostic);
      }),
    );
    const ofStack =
      stack === undefined
        ? []
        : await stackChecks(
            stack,
            connections,
            hosts.map((h) => h.name),
          );
    const gossip = await gossipChecks([...connections.values()]);
    return [...perHost.flat(), ...gossip, ...ofStack];
  } finally {
    await closeHosts(results);
  }
}

interface Info {
  readonly ServerVersion: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly DockerRootDir: string;
  readonly SystemTime: string;
  readonly Swarm?: SwarmFacts;
}

async function hostChecks(connection: HostConnection, isFallback: boolean): Promise<Check[]> {
  const host = connection.name;
  const begunMs = Date.now();
  try {
    const info = await connection.get<Info>('/info');
    const endedMs = Date.now();
    const skewMs = Date.parse(info.SystemTime) - (begunMs + endedMs) / 2;
    return [
      ...wayIn(connection, isFallback),
      engineCheck(host, info.ServerVersion, info.OSType, info.Architecture),
      ...(await Promise.all([disk(connection, info.DockerRootDir), gateway(connection)])),
      clockCheck(host, skewMs, endedMs - begunMs),
      swarmCheck(host, info.Swarm ?? {}),
    ];
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return brokenHost(host, error.diagnostic);
  }
}

function wayIn({ name: host, entry }: HostConnection, isFallback: boolean): Check[] {
  const { type } = entry.address;
  const connection: Check = {
    check: 'connection',
    host,
    status: 'ok',
    text: `over ${type === 'unix' ? 'a local socket' : type}`,
  };
  const socket: Check = { check: 'socket', host, status: 'ok', text: 'the user may use the engine' };
  if (type !== 'ssh') return [connection, socket];
  const forwarding: Check = isFallback
    ? {
        check: 'forwarding',
        host,
        status: 'warning',
        text: 'forbidden; docker system dial-stdio is used in its place',
        why: 'each such connection takes a session of the SSH server, which allows ten',
        fix: 'allow AllowTcpForwarding and AllowStreamLocalForwarding in sshd_config',
      }
    : { check: 'forwarding', host, status: 'ok', text: 'allowed' };
  return [connection, forwarding, socket];
}

async function disk(connection: HostConnection, folder: string): Promise<Check> {
  try {
    return diskCheck(connection.name, await readDisk(connection, folder));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { check: 'disk', host: connection.name, status: 'skipped', text };
  }
}

async function gateway(connection: HostConnection): Promise<Check> {
  const filters = { name: ['^/stowage-gateway$'] };
  const found = await connection.get<{ State: string; Status: string }[]>('/containers/json', { all: true, filters });
  return gatewayCheck(connection.name, found[0]?.State, found[0]?.Status ?? '');
}
