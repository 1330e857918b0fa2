import type { Client } from 'ssh2';
import type { HostEntry } from '../../../model/inventory.ts';
import type { HostProcess } from '../connection.ts';
import { failure } from '../failures.ts';
import { lastWords, shortly } from '../start.ts';
import { openSession } from './session.ts';

/** Starts a command on the host in a session of the connection; aborting ends it. */
export async function startOverSsh(
  client: Client,
  entry: HostEntry,
  argv: readonly string[],
  signal: AbortSignal | undefined,
): Promise<HostProcess> {
  const detail = shortly(argv);
  const { channel, exitCode, giveUp } = await openSession(client, entry, argv, { detail });
  channel.on('error', () => undefined);
  const said = lastWords(channel.stderr);
  const ended = new Promise<{ exitCode: number; stderr: string }>((resolve, reject) => {
    const onAbort = () => {
      giveUp();
      reject(failure(entry, 'host/aborted', { detail, outcomeUnknown: true, cause: signal?.reason }));
    };
    channel.once('close', () => {
      signal?.removeEventListener('abort', onAbort);
      const code = exitCode();
      if (code !== undefined) return resolve({ exitCode: code, stderr: said() });
      const why = 'the connection ended before the command did';
      reject(failure(entry, 'host/connection-lost', { detail, why, outcomeUnknown: true }));
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
  ended.catch(() => undefined);
  return { stdin: channel, stdout: channel, ended };
}
