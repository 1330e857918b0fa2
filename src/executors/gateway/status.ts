import { GATEWAY_NAME, type GatewayEntry, type PlacedServer } from '../../model/gateway.ts';
import type { GatewayServerStatus, GatewayStatus } from '../../model/gateway-status.ts';
import { containerPath } from '../docker/steps/container.ts';
import type { HostConnection } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';
import { ask, toWorker, workers } from './client.ts';
import type { GatewayInspect } from './container.ts';
import { readEntries } from './notes.ts';
import { parseStat, type StatLine } from './state.ts';
import { httpName, isInner, tcpName } from './words.ts';

/**
 * What the gateway of a host does now, asked of HAProxy itself; numbers count since its last reload.
 *
 * @returns undefined when the host has no gateway
 */
export async function gatewayStatus(host: HostConnection, signal?: AbortSignal): Promise<GatewayStatus | undefined> {
  const [found, notes] = await Promise.all([inspect(host, signal), readEntries(host, signal)]);
  if (found === undefined && notes.size === 0) return undefined;
  const entries = [...notes.values()].map((n) => n.entry);
  const still = { host: host.name, listeners: listenersOf(entries), connections: 0, rate: 0, drainingProcesses: 0 };
  if (!found?.State.Running) return { ...still, isRunning: false, servers: [] };
  const { current, old } = await workers(host, GATEWAY_NAME, signal);
  if (current === undefined) return { ...still, isRunning: false, servers: [] };
  const [info = '', stat = ''] = await ask(
    host,
    GATEWAY_NAME,
    [toWorker(current, 'show info'), toWorker(current, 'show stat')],
    signal,
  );
  const lines = parseStat(stat);
  return {
    ...still,
    isRunning: true,
    version: /^Version: (\S+)/m.exec(info)?.[1] ?? '',
    image: found.Config.Image,
    ...clientsOf(lines),
    drainingProcesses: old.length,
    servers: entries.flatMap((entry) => entry.servers.map((s) => serverStatus(entry, s, lines))),
  };
}

async function inspect(host: HostConnection, signal?: AbortSignal): Promise<GatewayInspect | undefined> {
  try {
    const options = signal === undefined ? {} : { signal };
    return await host.get<GatewayInspect>(containerPath(GATEWAY_NAME, '/json'), undefined, options);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

function listenersOf(entries: readonly GatewayEntry[]): GatewayStatus['listeners'] {
  const all = entries.flatMap(({ config }) => config.listeners.map((l) => ({ ...l, stack: config.stack })));
  return [...new Set(all.map((l) => l.port))]
    .sort((a, b) => a - b)
    .map((port) => {
      const same = all.filter((l) => l.port === port);
      return { port, mode: same[0]?.mode ?? 'auto', stacks: [...new Set(same.map((l) => l.stack))].sort() };
    });
}

/** Connections of clients, each once: what one front end hands to another is not a client's. */
export function clientsOf(lines: readonly StatLine[]): Pick<GatewayStatus, 'connections' | 'rate'> {
  const fronts = lines.filter((l) => l.name === 'FRONTEND' && !isInner(l.section));
  const sum = (value: (line: StatLine) => number) => fronts.reduce((total, line) => total + value(line), 0);
  return { connections: sum((l) => l.sessions), rate: sum((l) => l.rate) };
}

/** HTTP and other traffic of one server are two lines of HAProxy's. */
function serverStatus(entry: GatewayEntry, server: PlacedServer, lines: readonly StatLine[]): GatewayServerStatus {
  const sections = [httpName(server.backend), tcpName(server.backend)];
  const mine = lines.filter((l) => sections.includes(l.section) && l.name === `s${server.slot}`);
  const sum = (value: (line: StatLine) => number) => mine.reduce((total, line) => total + value(line), 0);
  return {
    stack: entry.config.stack,
    backend: server.backend,
    server: server.container,
    address: `${server.address}:${server.port}`,
    status: server.leaving ? 'leaving' : (mine[0]?.status ?? 'unknown').toLowerCase(),
    weight: server.weight,
    sessions: sum((l) => l.sessions),
    rate: sum((l) => l.rate),
    requests: sum((l) => l.requests || l.totalSessions),
    errors: sum((l) => l.errors),
    bytesIn: sum((l) => l.bytesIn),
    bytesOut: sum((l) => l.bytesOut),
  };
}
