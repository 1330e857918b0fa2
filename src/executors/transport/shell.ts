import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { HostEntry } from '../../model/inventory.ts';
import type { ExecResult, ShellOptions } from './connection.ts';
import { failure } from './failures.ts';
import { asReadable } from './http/bytes.ts';

export const SHELL_TIMEOUT_MS = 60_000;

/** Runs a command on this machine, without a shell between. */
export async function runLocally(
  entry: HostEntry,
  argv: readonly string[],
  options: ShellOptions,
): Promise<ExecResult> {
  const [command = '', ...args] = argv;
  const timeoutMs = options.timeoutMs ?? SHELL_TIMEOUT_MS;
  const timer = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timer]) : timer;
  const child = spawn(command, args, { signal, stdio: ['pipe', 'pipe', 'pipe'] });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  feed(child.stdin, options.stdin);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, killedBy) => resolve(code ?? (killedBy ? 137 : 1)));
    });
    return { exitCode, stdout: await stdout, stderr: await stderr };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return { exitCode: 127, stdout: '', stderr: `${command}: command not found\n` };
    }
    throw stopped(entry, argv, options, timeoutMs, cause);
  }
}

/** The error for a command that was ended by our timer or signal: what it did until then is not known. */
export function stopped(
  entry: HostEntry,
  argv: readonly string[],
  options: ShellOptions,
  timeoutMs: number,
  cause: unknown,
) {
  const detail = argv.join(' ');
  if (options.signal?.aborted) return failure(entry, 'host/aborted', { detail, outcomeUnknown: true, cause });
  const why = `the command did not end within ${timeoutMs / 1000} s`;
  return failure(entry, 'host/timeout', { detail, why, outcomeUnknown: true, cause });
}

/** Everything a stream brings, as text. */
export async function collect(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  } catch {
    // What came before the break is still worth having.
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes a command's input and ends it; a command that does not read it is no failure. */
export function feed(stdin: Writable, input: ShellOptions['stdin']): void {
  stdin.on('error', () => {});
  const stream = typeof input === 'object' && !(input instanceof Uint8Array) ? asReadable(input) : undefined;
  if (stream) stream.on('error', () => stdin.end()).pipe(stdin);
  else stdin.end(input);
}

/** One POSIX shell word per argument. */
export function quote(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
