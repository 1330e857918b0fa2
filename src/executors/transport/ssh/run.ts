import type { Client } from 'ssh2';
import type { HostEntry } from '../../../model/inventory.ts';
import type { ExecResult, ShellOptions } from '../connection.ts';
import { failure } from '../failures.ts';
import { collect, feed, SHELL_TIMEOUT_MS, stopped } from '../shell.ts';
import { openSession } from './session.ts';

/** Runs a command on the host over an SSH session. One that ends without an exit status leaves its outcome unknown. */
export async function runOverSsh(
  client: Client,
  entry: HostEntry,
  argv: readonly string[],
  options: ShellOptions,
): Promise<ExecResult> {
  const timeoutMs = options.timeoutMs ?? SHELL_TIMEOUT_MS;
  const timer = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timer]) : timer;
  const { channel, exitCode, giveUp } = await openSession(client, entry, argv, { detail: argv.join(' '), timeoutMs });
  const stdout = collect(channel);
  const stderr = collect(channel.stderr);
  feed(channel, options.stdin);
  let onAbort = () => {};
  await new Promise<void>((resolve) => {
    channel.once('close', resolve);
    // A channel closes only once the command has ended, so a command that is given up is not waited for.
    onAbort = () => {
      giveUp();
      resolve();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  signal.removeEventListener('abort', onAbort);
  const code = exitCode();
  if (code !== undefined) return { exitCode: code, stdout: await stdout, stderr: await stderr };
  if (signal.aborted) throw stopped(entry, argv, options, timeoutMs, signal.reason);
  const why = 'the connection ended before the command did';
  throw failure(entry, 'host/connection-lost', { detail: argv.join(' '), why, outcomeUnknown: true });
}
