import type { HostEntry } from '../../model/inventory.ts';
import type { HostConnection, HostReader, OpenOptions, OpenResult } from './connection.ts';
import { connectEngine } from './engine-connection.ts';
import { HostError } from './errors.ts';
import { failure } from './failures.ts';
import type { Link } from './link.ts';
import type { SshShared } from './ssh/link-ssh.ts';

type OpenLink = (signal: AbortSignal | undefined) => Promise<Link>;

/**
 * Connects to all hosts at once, one connection each, and asks every engine for its version.
 *
 * @returns a result per host name, in the entries' order; a host that failed does not stop the others
 */
export async function openHosts(
  entries: readonly HostEntry[],
  options: OpenOptions = {},
): Promise<Map<string, OpenResult>> {
  const linkOf = await linkOpener(entries, options);
  const results = await Promise.all(
    entries.map(async (entry) => [entry.name, await openOne(entry, linkOf(entry), options)]),
  );
  return new Map(results as [string, OpenResult][]);
}

/** What planning gets of a connection: an object on which there is nothing to change a host with. */
export function readOnly(connection: HostConnection): HostReader {
  return {
    name: connection.name,
    entry: connection.entry,
    get apiVersion() {
      return connection.apiVersion;
    },
    get address() {
      return connection.address;
    },
    lastInfo: () => connection.lastInfo(),
    get: (path, query, options) => connection.get(path, query, options),
    getStream: (path, query, options) => connection.getStream(path, query, options),
    getArchive: (container, path, options) => connection.getArchive(container, path, options),
    statArchive: (container, path, options) => connection.statArchive(container, path, options),
    close: () => connection.close(),
  };
}

/** Closes every connection that was opened. */
export async function closeHosts(results: ReadonlyMap<string, OpenResult>): Promise<void> {
  await Promise.all([...results.values()].map((result) => (result.ok ? result.connection.close() : undefined)));
}

async function openOne(entry: HostEntry, openLink: OpenLink, options: OpenOptions): Promise<OpenResult> {
  try {
    return { ok: true, connection: await connectEngine(entry, openLink, options) };
  } catch (error) {
    if (error instanceof HostError) return { ok: false, error };
    const { message } = error as Error;
    return { ok: false, error: failure(entry, 'host/unreachable', { why: message, cause: error }) };
  }
}

/** SSH is loaded only when a host needs it; bastions and passphrases are shared by all hosts of the run. */
async function linkOpener(
  entries: readonly HostEntry[],
  options: OpenOptions,
): Promise<(entry: HostEntry) => OpenLink> {
  const env = options.env ?? process.env;
  const needsSsh = entries.some(({ address }) => address.type === 'ssh');
  const [direct, ssh] = await Promise.all([import('./link-direct.ts'), needsSsh ? loadSsh(options) : undefined]);
  return (entry) => async (signal) => {
    const { address } = entry;
    if (address.type === 'unix') return direct.openUnixLink(entry, address.path);
    if (address.type === 'tcp') return await direct.openTcpLink(entry, address);
    if (!ssh) throw failure(entry, 'host/ssh-failed', { why: 'the SSH client was not loaded' });
    return await ssh.open(entry, address, { ...options, env, signal });
  };
}

async function loadSsh(options: OpenOptions) {
  const [{ openSshLink }, { Jumps }, { KeyRing }] = await Promise.all([
    import('./ssh/link-ssh.ts'),
    import('./ssh/jumps.ts'),
    import('./ssh/key-ring.ts'),
  ]);
  const env = options.env ?? process.env;
  const shared: SshShared = { env, jumps: new Jumps(env), keyRing: new KeyRing(options) };
  return {
    open: async (entry: HostEntry, address: Parameters<typeof openSshLink>[1], linkOptions: OpenOptions) =>
      await openSshLink(entry, address, linkOptions, shared),
  };
}
