import type { HostConnection, OpenOptions } from '../../../src/executors/transport/connection.ts';
import { HostError } from '../../../src/executors/transport/errors.ts';
import { closeHosts, openHosts } from '../../../src/executors/transport/open.ts';
import type { HostEntry } from '../../../src/model/inventory.ts';

/** What a driver process is told: it runs in the operator's network, where the test itself is not. */
export interface DriverInput {
  readonly entries: readonly HostEntry[];
  readonly acceptNew?: boolean;
  /** Answers to passphrase questions, in order; absent is no terminal. */
  readonly passphrases?: readonly string[];
  readonly requestTimeoutMs?: number;
  /** What to do on each host, see `ACTIONS`. */
  readonly actions?: readonly (readonly [string, ...unknown[]])[];
}

export interface DriverFailure {
  readonly code: string;
  readonly outcomeUnknown: boolean;
  readonly detail?: string;
  readonly why?: string;
  readonly fix?: string;
  readonly where?: string;
}

export interface DriverOutput {
  readonly hosts: Readonly<Record<string, { readonly error?: DriverFailure; readonly results?: readonly Result[] }>>;
  readonly notices: readonly string[];
  readonly questions: readonly string[];
}

export type Result = { readonly value?: unknown; readonly error?: DriverFailure; readonly ms: number };

type Action = (host: HostConnection, ...args: never[]) => Promise<unknown>;

const ACTIONS: Readonly<Record<string, Action>> = {
  name: async (host) => (await host.get<{ Name: string }>('/info')).Name,
  get: async (host, path: string, query: Record<string, string>, timeoutMs?: number) =>
    await host.get(path, query, { timeoutMs }),
  calls: async (host, count: number) =>
    (await Promise.all(Array.from({ length: count }, () => host.get<unknown[]>('/containers/json', { all: true }))))
      .length,
  post: async (host, path: string, query: Record<string, string>, timeoutMs?: number) =>
    await host.post(path, undefined, query, { timeoutMs }),
  shell: async (host, argv: string[], stdin?: string) => await host.shell(argv, { stdin }),
  shellFor: async (host, argv: string[], timeoutMs: number) => await host.shell(argv, { timeoutMs }),
  exec: async (host, container: string, argv: string[], stdin?: string) => await host.exec(container, argv, { stdin }),
  archive: async (host, container: string, size: number) => await roundTrip(host, container, size),
  dockerode: async (host, name: string) =>
    await (await host.docker())
      .getContainer(name)
      .inspect()
      .then((c) => c.Name),
  follow: async (host) => {
    for await (const _ of await host.getStream('/events')) void _;
  },
  abort: async (host, path: string, afterMs: number) =>
    await host.get(path, undefined, { signal: AbortSignal.timeout(afterMs) }),
  reconnect: async (host, timeoutMs: number) => {
    await host.reconnect({ timeoutMs });
    return host.isConnected;
  },
  connected: async (host) => host.isConnected,
  say: async (_host, text: string) => void process.stderr.write(`${text}\n`),
  wait: async (_host, ms: number) => await new Promise((resolve) => setTimeout(resolve, ms)),
};

async function roundTrip(host: HostConnection, container: string, size: number): Promise<number> {
  const { pack, extract } = await import('tar-stream');
  const content = Buffer.alloc(size, 'x');
  const tar = pack();
  tar.entry({ name: 'file', mode: 0o640, uid: 12, gid: 34 }, content);
  tar.finalize();
  await host.putArchive(container, '/', tar as unknown as AsyncIterable<Uint8Array>);
  const back = await host.getArchive(container, '/file');
  let bytes = 0;
  for await (const entry of back.pipe(extract())) {
    const { mode, uid, gid } = entry.header;
    if (((mode ?? 0) & 0o777) !== 0o640 || uid !== 12 || gid !== 34) throw new Error(`got ${mode} ${uid} ${gid}`);
    for await (const chunk of entry) bytes += (chunk as Buffer).length;
  }
  return bytes;
}

async function act(host: HostConnection, [name, ...args]: readonly [string, ...unknown[]]): Promise<Result> {
  const started = performance.now();
  const ms = () => Math.round(performance.now() - started);
  try {
    const action = ACTIONS[name] as (host: HostConnection, ...args: unknown[]) => Promise<unknown>;
    return { value: await action(host, ...args), ms: ms() };
  } catch (error) {
    return { error: told(error), ms: ms() };
  }
}

function told(error: unknown): DriverFailure {
  if (!(error instanceof HostError)) throw error;
  const { detail, why, fix, where } = error.diagnostic;
  return { code: error.code, outcomeUnknown: error.outcomeUnknown, detail, why, fix, where };
}

async function main(): Promise<void> {
  const input = JSON.parse(process.argv[2] ?? '') as DriverInput;
  const notices: string[] = [];
  const questions: string[] = [];
  const options: OpenOptions = {
    acceptNew: input.acceptNew,
    requestTimeoutMs: input.requestTimeoutMs,
    onNotice: (host, notice) => notices.push(`${host} ${notice.code}`),
    askPassphrase: input.passphrases && (async (question) => input.passphrases?.[questions.push(question) - 1]),
  };
  const results = await openHosts(input.entries, options);
  const hosts: Record<string, { error?: DriverFailure; results?: Result[] }> = {};
  await Promise.all(
    [...results].map(async ([name, result]) => {
      if (!result.ok) {
        hosts[name] = { error: told(result.error) };
        return;
      }
      const done: Result[] = [];
      for (const action of input.actions ?? [['name']]) done.push(await act(result.connection, action as [string]));
      hosts[name] = { results: done };
    }),
  );
  await closeHosts(results);
  process.stdout.write(JSON.stringify({ hosts, notices, questions } satisfies DriverOutput));
}

await main();
