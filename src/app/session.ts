import type { HostConnection, HostReader, OpenOptions } from '../executors/transport/connection.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { HostEntry } from '../model/inventory.ts';

/** The hosts of one command, each over one connection. */
export interface Session {
  readonly connections: ReadonlyMap<string, HostConnection>;
  /** The same hosts for planning and observing: nothing on these can change a host. */
  readonly readers: readonly HostReader[];
  close(): Promise<void>;
}

/**
 * Connects to all hosts at once. A host that cannot be read is not an empty host: one failure ends the command,
 * with every host's reason.
 *
 * @throws DiagnosticError when a host cannot be reached
 */
export async function openSession(hosts: readonly HostEntry[], options: OpenOptions = {}): Promise<Session> {
  if (hosts.length === 0) throw new DiagnosticError([noHosts()], EXIT.usage);
  const { closeHosts, openHosts, readOnly } = await import('../executors/transport/open.ts');
  const results = await openHosts(hosts, options);
  const failures = [...results.values()].flatMap((r) => (r.ok ? [] : [r.error.diagnostic]));
  if (failures.length > 0) {
    await closeHosts(results);
    throw new DiagnosticError(failures, EXIT.failed);
  }
  const connections = new Map([...results].flatMap(([name, r]) => (r.ok ? [[name, r.connection] as const] : [])));
  return {
    connections,
    readers: [...connections.values()].map(readOnly),
    close: () => closeHosts(results),
  };
}

/**
 * Connects while `work` is under way. When the work fails, that is what is told, and the connecting ends; nobody is asked
 * for a passphrase before it is done.
 *
 * @throws what `work` throws, else DiagnosticError when a host cannot be reached
 */
export async function openSessionBeside<W>(
  hosts: readonly HostEntry[],
  options: OpenOptions,
  work: () => Promise<W>,
): Promise<[Session, W]> {
  const given = new AbortController();
  const working = work();
  const { askPassphrase } = options;
  const ask = async (question: string) => {
    await working;
    return await askPassphrase?.(question);
  };
  const signal = AbortSignal.any([given.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const opening = openSession(hosts, {
    ...options,
    beginsWithInfo: true,
    signal,
    ...(askPassphrase && { askPassphrase: ask }),
  });
  opening.catch(() => undefined);
  try {
    return [await working.then(() => opening), await working];
  } catch (error) {
    given.abort();
    await opening.then(
      (session) => session.close(),
      () => undefined,
    );
    throw error;
  }
}

/** Runs with a session that is closed whatever happens. */
export async function withSession<T>(
  hosts: readonly HostEntry[],
  options: OpenOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(hosts, options);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

function noHosts(): Diagnostic {
  return {
    severity: 'error',
    code: 'host/none',
    message: 'there is no host to work on',
    why: 'stowage.yaml names none, and no local engine was found',
    fix: 'name one with --host ssh://user@host, or under hosts: in stowage.yaml',
  };
}
