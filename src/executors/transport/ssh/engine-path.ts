import type { Agent } from 'node:http';
import type { Client, ClientChannel } from 'ssh2';
import { DEFAULT_SOCKET } from '../../../model/host-address.ts';
import type { HostEntry } from '../../../model/inventory.ts';
import type { ExecResult, OpenOptions } from '../connection.ts';
import type { HostError } from '../errors.ts';
import { failure } from '../failures.ts';
import { quote } from '../shell.ts';
import { dialStdioAgent, streamLocalAgent } from './agents.ts';
import { openWithin } from './channel-socket.ts';

type Run = (argv: readonly string[]) => Promise<ExecResult>;

const OPEN_TIMEOUT_MS = 15_000;

/**
 * The way from a logged-in connection to the engine: forwarding to its socket, else `docker system dial-stdio`.
 * Every refusal to forward looks alike to SSH, so the reason is found out by running that command.
 *
 * @throws HostError engine-down, engine-forbidden or forwarding-forbidden
 */
export async function engineAgent(
  client: Client,
  entry: HostEntry,
  socketPath: string,
  run: Run,
  options: OpenOptions,
): Promise<Agent> {
  let first: ClientChannel;
  try {
    first = await openWithin((done) => client.openssh_forwardOutStreamLocal(socketPath, done), OPEN_TIMEOUT_MS);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ECONNRESET' || /Not connected/.test(String(cause))) {
      throw failure(entry, 'host/connection-lost', { why: (cause as Error).message, cause });
    }
    const command = dialCommand(socketPath);
    const reason = await whyRefused(entry, socketPath, command, run);
    if (reason) throw reason;
    options.onNotice?.(entry.name, fallbackNotice(entry));
    return dialStdioAgent(client, quote(command));
  }
  return streamLocalAgent(client, socketPath, first);
}

function dialCommand(socketPath: string): string[] {
  const where = socketPath === DEFAULT_SOCKET ? [] : ['-H', `unix://${socketPath}`];
  return ['docker', ...where, 'system', 'dial-stdio'];
}

/** Undefined when the fallback works. */
async function whyRefused(
  entry: HostEntry,
  socketPath: string,
  command: readonly string[],
  run: Run,
): Promise<HostError | undefined> {
  const probe = await run(command).catch((error: Error) => ({ exitCode: -1, stdout: '', stderr: error.message }));
  const said = probe.stderr.trim().split('\n').at(-1) ?? '';
  if (probe.exitCode === 0) return undefined;
  if (/permission denied/i.test(said)) return forbidden(entry, said);
  if (/no such file|connection refused|daemon running|cannot connect/i.test(said)) {
    return failure(entry, 'host/engine-down', { why: said });
  }
  const look = `[ -S ${quote([socketPath])} ] || exit 3; [ -w ${quote([socketPath])} ] || exit 4`;
  const { exitCode } = await run(['sh', '-c', look]).catch(() => ({ exitCode: -1 }));
  if (exitCode === 3)
    return failure(entry, 'host/engine-down', { why: `there is no socket ${socketPath} on the host` });
  if (exitCode === 4) return forbidden(entry, `${socketPath} is not writable for the user`);
  const why = `forwarding to ${socketPath} is refused, and docker system dial-stdio fails too: ${said || 'no word why'}`;
  return failure(entry, 'host/forwarding-forbidden', { why });
}

function forbidden(entry: HostEntry, why: string): HostError {
  const user = entry.address.type === 'ssh' ? entry.address.user : undefined;
  const fix = `add the user to the group docker on the host: sudo usermod -aG docker ${user ?? 'USER'}`;
  return failure(entry, 'host/engine-forbidden', { why, fix });
}

function fallbackNotice(entry: HostEntry) {
  return {
    severity: 'note' as const,
    code: 'host/forwarding-forbidden',
    message: 'SSH server forbids forwarding; using docker system dial-stdio, which is slower',
    where: `host ${entry.name}`,
    fix: 'allow it: AllowTcpForwarding and AllowStreamLocalForwarding in sshd_config of the host',
  };
}
