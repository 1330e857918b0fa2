import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { HostEntry } from '../../model/inventory.ts';
import type { HostProcess } from './connection.ts';
import { failure } from './failures.ts';

/** Of what a command says on stderr, the end is kept. */
const STDERR_KEPT = 4_000;

/** Starts a command on this machine, without a shell between; aborting ends it. */
export async function startLocally(
  entry: HostEntry,
  argv: readonly string[],
  signal: AbortSignal | undefined,
): Promise<HostProcess> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...(signal && { signal }) });
  child.stdin.on('error', () => undefined);
  const said = lastWords(child.stderr);
  const ended = new Promise<{ exitCode: number; stderr: string }>((resolve, reject) => {
    child.on('error', (cause) => reject(notRun(entry, argv, signal, cause)));
    child.on('close', (code, killedBy) => resolve({ exitCode: code ?? (killedBy ? 137 : 1), stderr: said() }));
  });
  ended.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, ended };
}

/** A command as messages name it. */
export function shortly(argv: readonly string[]): string {
  const line = argv.join(' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** Reads a stream to its end and tells the last of it. */
export function lastWords(stream: Readable): () => string {
  let said = '';
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-STDERR_KEPT);
  });
  return () => said;
}

function notRun(entry: HostEntry, argv: readonly string[], signal: AbortSignal | undefined, cause: Error) {
  const detail = shortly(argv);
  if (signal?.aborted) return failure(entry, 'host/aborted', { detail, outcomeUnknown: true, cause });
  return failure(entry, 'host/no-shell', { detail, why: cause.message, cause });
}
