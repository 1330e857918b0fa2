import type { Client, ClientChannel } from 'ssh2';
import type { HostEntry } from '../../../model/inventory.ts';
import { failure } from '../failures.ts';
import { quote } from '../shell.ts';
import { type OpenChannel, openWithin } from './channel-socket.ts';

const OPEN_TIMEOUT_MS = 15_000;

export interface CommandSession {
  readonly channel: ClientChannel;
  /** Undefined until the command has ended, and for good when nobody knows how. */
  exitCode(): number | undefined;
  /** Ends the command; the channel closes only when it has. */
  giveUp(): void;
}

/** Starts a command in a session of the connection. `detail` stands for it in errors. */
export async function openSession(
  client: Client,
  entry: HostEntry,
  argv: readonly string[],
  { detail, timeoutMs = OPEN_TIMEOUT_MS }: { readonly detail: string | undefined; readonly timeoutMs?: number },
): Promise<CommandSession> {
  let exitCode: number | undefined;
  // A quick command's exit status arrives in the packet that opens the channel: it must be listened for at once.
  const open: OpenChannel = (done) =>
    client.exec(quote(argv), (error, opened) => {
      opened?.on('exit', (code: number | null) => {
        exitCode = code ?? 137;
      });
      done(error, opened);
    });
  const channel = await openWithin(open, Math.min(timeoutMs, OPEN_TIMEOUT_MS)).catch((cause: Error) => {
    throw failure(entry, 'host/ssh-failed', { detail, why: `no session: ${cause.message}`, cause });
  });
  const giveUp = () => {
    channel.signal('TERM');
    channel.close();
  };
  return { channel, exitCode: () => exitCode, giveUp };
}
