import type { Client } from 'ssh2';
import type { HostEntry } from '../../../model/inventory.ts';
import type { HostProcess } from '../connection.ts';
import { failure } from '../failures.ts';
import { quote } from '../shell.ts';
import { lastWords, shortly } from '../start.ts';
import { type OpenChannel, openWithin } from './channel-socket.ts';

const OPEN_TIMEOUT_MS = 15_000;

/** Starts a command on the host in a session of the connection; aborting ends it. */
export async function startOverSsh(
  client: Client,
  entry: HostEntry,
  argv: readonly string[],
  signal: AbortSignal | undefined,
): Promise<HostProcess> {
  const detail = shortly(argv);
  let exitCode: number | undefined;
  // A quick command's exit status arrives in the packet that opens the channel: it must be listened for at once.
  const open: OpenChannel = (done) =>
    client.exec(quote(argv), (error, opened) => {
      opened?.on('exit', (code: number | null) => {
        exitCode = code ?? 137;
      });
      done(error, opened);
    });
  const channel = await openWithin(open, OPEN_TIMEOUT_MS).catch((cause: Error) => {
    throw failure(entry, 'host/ssh-failed', { detail, why: `no session: ${cause.message}`, cause });
  });
  channel.on('error', () => undefined);
  const said = lastWords(channel.stderr);
  const ended = new Promise<{ exitCode: number; stderr: string }>((resolve, reject) => {
    const onAbort = () => {
      channel.signal('TERM');
      channel.close();
      reject(failure(entry, 'host/aborted', { detail, outcomeUnknown: true, cause: signal?.reason }));
    };
    channel.once('close', () => {
      signal?.removeEventListener('abort', onAbort);
      if (exitCode !== undefined) return resolve({ exitCode, stderr: said() });
      const why = 'the connection ended before the command did';
      reject(failure(entry, 'host/connection-lost', { detail, why, outcomeUnknown: true }));
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
  ended.catch(() => undefined);
  return { stdin: channel, stdout: channel, ended };
}
