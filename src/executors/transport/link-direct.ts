import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect, isIP } from 'node:net';
import type { HostEntry } from '../../model/inventory.ts';
import { untilConnected } from './dial.ts';
import { failure } from './failures.ts';
import { IDLE_SOCKET_MS, type Link, MAX_SOCKETS } from './link.ts';
import { runLocally } from './shell.ts';
import { startLocally } from './start.ts';

/** A socket on this machine; its shell is this machine's. */
export function openUnixLink(entry: HostEntry, socketPath: string): Link {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_SOCKET_MS, ...{ socketPath } });
  return {
    agent,
    isOpen: true,
    shell: async (argv, options) => await runLocally(entry, argv, options),
    spawn: async (argv, signal) => await startLocally(entry, argv, signal),
    dial: (address, port, signal) => untilConnected(connect(port, address), signal),
    close: async () => agent.destroy(),
  };
}

type TcpAddress = Extract<HostEntry['address'], { type: 'tcp' }>;

/** An engine that listens on TCP, with mutual TLS when the entry names its files. */
export async function openTcpLink(entry: HostEntry, address: TcpAddress): Promise<Link> {
  const { host, port, tls } = address;
  const common = { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_SOCKET_MS, host, port };
  const agent = tls === undefined ? new Agent(common) : await tlsAgent(entry, common, tls);
  return {
    agent,
    isOpen: true,
    address: host,
    shell: async (argv) => {
      throw failure(entry, 'host/no-shell', { detail: argv.join(' '), why: 'a TCP address reaches the engine only' });
    },
    close: async () => agent.destroy(),
  };
}

async function tlsAgent(entry: HostEntry, common: object, tls: NonNullable<TcpAddress['tls']>): Promise<Agent> {
  const read = async (path: string | undefined) => {
    if (path === undefined) return undefined;
    return await readFile(path).catch((cause: Error) => {
      throw failure(entry, 'host/tls', {
        detail: path,
        why: cause.message,
        fix: 'name a file that can be read',
        cause,
      });
    });
  };
  const [ca, cert, key] = await Promise.all([read(tls.ca), read(tls.cert), read(tls.key)]);
  const host = (common as { host: string }).host;
  const { Agent: TlsAgent } = await import('node:https');
  try {
    (await import('node:tls')).createSecureContext({ ca, cert, key });
  } catch (cause) {
    throw failure(entry, 'host/tls', { why: (cause as Error).message, cause });
  }
  return new TlsAgent({ ...common, ca, cert, key, servername: isIP(host) ? '' : host });
}
