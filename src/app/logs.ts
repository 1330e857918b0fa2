import type { LogQuery } from '../executors/docker/logs.ts';
import type { HostConnection, OpenOptions } from '../executors/transport/connection.ts';
import { HostError } from '../executors/transport/errors.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { HostEntry } from '../model/inventory.ts';
import type { LogLine } from '../model/log-line.ts';
import type { ReplicaReport } from '../model/replica-report.ts';
import { mergeByTime } from './logs/merge.ts';
import { after } from './logs/time.ts';
import { type PsQuery, replicasOf } from './ps.ts';

export interface LogsQuery extends PsQuery {
  readonly follow: boolean;
  /** Last lines of each container to begin with. */
  readonly tail?: number;
  /** Seconds since the epoch, as the engine takes it. */
  readonly since?: string;
}

export interface LogsListener {
  /** Called once with what is found at the beginning, so that prefixes can be aligned. */
  onReplicas(replicas: readonly ReplicaReport[]): void;
  /** Awaited: a slow reader slows the hosts down. */
  onLine(line: LogLine): Promise<void> | void;
  onProblem(problem: Diagnostic): void;
}

/** How often a followed host is asked for containers that are new. */
const POLL_MS = 2_000;

/**
 * The output of the replicas on all hosts: what there is, merged by time, then with `follow` what comes,
 * also of replicas that start later, until the signal. A lost connection is taken up again where it broke.
 *
 * @returns how many hosts or containers could not be read
 */
export async function readLogs(
  hosts: readonly HostEntry[],
  query: LogsQuery,
  options: OpenOptions & { readonly signal: AbortSignal },
  listener: LogsListener,
): Promise<number> {
  const [{ openHosts, closeHosts }, { observeHost }, { containerLogs }] = await Promise.all([
    import('../executors/transport/open.ts'),
    import('../executors/docker/observe/host.ts'),
    import('../executors/docker/logs.ts'),
  ]);
  const results = await openHosts(hosts, options);
  const state: State = {
    query,
    listener,
    signal: options.signal,
    observeHost,
    containerLogs,
    last: new Map(),
    problems: 0,
  };
  try {
    for (const result of results.values()) if (!result.ok) problem(state, result.error);
    const open = [...results.values()].flatMap((result) => (result.ok ? [result.connection] : []));
    await readHistory(state, open);
    if (query.follow) await Promise.all(open.map((connection) => followHost(state, connection)));
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    await closeHosts(results);
  }
  return state.problems;
}

interface State {
  readonly query: LogsQuery;
  readonly listener: LogsListener;
  readonly signal: AbortSignal;
  readonly observeHost: typeof import('../executors/docker/observe/host.ts').observeHost;
  readonly containerLogs: typeof import('../executors/docker/logs.ts').containerLogs;
  /** Container id → timestamp of the last line shown. */
  readonly last: Map<string, string>;
  problems: number;
}

async function readHistory(state: State, open: readonly HostConnection[]): Promise<void> {
  const found = await Promise.all(
    open.map(async (connection) => ({ connection, replicas: await list(state, connection) })),
  );
  state.listener.onReplicas(found.flatMap(({ replicas }) => replicas));
  const { tail, since } = state.query;
  if (tail === 0) return await rememberLast(state, found);
  const streams = found.flatMap(({ connection, replicas }) =>
    replicas.map((replica) => readReplica(state, connection, replica, { follow: false, tail, since })),
  );
  for await (const line of mergeByTime(streams)) await show(state, line);
}

/** With `--tail 0` nothing is shown, but following has to know where to begin. */
async function rememberLast(state: State, found: readonly Found[]): Promise<void> {
  await Promise.all(
    found.flatMap(({ connection, replicas }) =>
      replicas.map(async (replica) => {
        for await (const line of readReplica(state, connection, replica, { follow: false, tail: 1 })) {
          state.last.set(replica.id, line.timestamp);
        }
      }),
    ),
  );
}

interface Found {
  readonly connection: HostConnection;
  readonly replicas: readonly ReplicaReport[];
}

async function list(state: State, connection: HostConnection): Promise<ReplicaReport[]> {
  return replicasOf(await state.observeHost(connection, { signal: state.signal }), state.query);
}

async function* readReplica(
  state: State,
  connection: HostConnection,
  replica: ReplicaReport,
  query: LogQuery,
): AsyncGenerator<LogLine> {
  try {
    for await (const line of state.containerLogs(connection, replica.id, { ...query, signal: state.signal })) {
      yield { replica, ...line };
    }
  } catch (error) {
    if (state.signal.aborted) return;
    if (!(error instanceof HostError) || error.isConnectionLost) throw error;
    problem(state, error);
  }
}

async function show(state: State, line: LogLine): Promise<void> {
  state.last.set(line.replica.id, line.timestamp);
  await state.listener.onLine(line);
}

/** Follows what runs on one host, looks for what is new, and connects again when the connection breaks. */
async function followHost(state: State, connection: HostConnection): Promise<void> {
  const active = new Map<string, Promise<void>>();
  while (!state.signal.aborted) {
    try {
      for (const replica of await list(state, connection)) {
        if (active.has(replica.id) || (replica.state !== 'running' && state.last.has(replica.id))) continue;
        const done = followReplica(state, connection, replica).finally(() => active.delete(replica.id));
        active.set(replica.id, done);
      }
      await sleep(POLL_MS, state.signal);
    } catch (error) {
      if (state.signal.aborted) break;
      if (!(error instanceof HostError)) throw error;
      state.listener.onProblem({ ...error.diagnostic, severity: 'warning' });
      await connection.reconnect({ signal: state.signal });
    }
  }
  await Promise.all(active.values());
}

async function followReplica(state: State, connection: HostConnection, replica: ReplicaReport): Promise<void> {
  const last = state.last.get(replica.id);
  const since = last === undefined ? state.query.since : after(last);
  try {
    for await (const line of readReplica(state, connection, replica, { follow: true, since })) await show(state, line);
    if (!state.last.has(replica.id)) state.last.set(replica.id, new Date(replica.createdAt * 1000).toISOString());
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
  }
}

function problem(state: State, error: HostError): void {
  state.problems += 1;
  state.listener.onProblem(error.diagnostic);
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
