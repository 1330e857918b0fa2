import type { Client } from 'ssh2';
import { DEFAULT_SOCKET } from '../../../model/host-address.ts';
import type { HostEntry } from '../../../model/inventory.ts';
import type { ExecResult, OpenOptions, ShellOptions } from '../connection.ts';
import type { Environment } from '../default-host.ts';
import { untilConnected } from '../dial.ts';
import { failure } from '../failures.ts';
import type { Link } from '../link.ts';
import { ChannelSocket, type OpenChannel } from './channel-socket.ts';
import { resolveTarget } from './config.ts';
import { engineAgent } from './engine-path.ts';
import type { Jumps } from './jumps.ts';
import type { KeyRing } from './key-ring.ts';
import { openCommandLink } from './link-command.ts';
import { LoginFailure } from './login.ts';
import { runOverSsh } from './run.ts';
import { startOverSsh } from './start.ts';

export interface SshShared {
  readonly env: Environment;
  readonly jumps: Jumps;
  readonly keyRing: KeyRing;
}

type SshAddress = Extract<HostEntry['address'], { type: 'ssh' }>;

/**
 * One SSH connection to a host, with the engine's API over it. What ssh2 cannot do (certificates, security keys) is
 * left to the ssh command where there is one; `STOWAGE_SSH=command` asks for it always, `builtin` never.
 */
export async function openSshLink(
  entry: HostEntry,
  address: SshAddress,
  options: OpenOptions,
  shared: SshShared,
): Promise<Link> {
  const { env } = shared;
  const resolving = resolveTarget(address, env).catch((cause: Error) => {
    const why = `its settings cannot be read: ${cause.message.trim()}`;
    throw failure(entry, 'host/ssh-failed', { why, fix: `try: ssh -G ${address.host}`, cause });
  });
  const [target] = await Promise.all([resolving, env.STOWAGE_SSH === 'command' ? undefined : import('ssh2')]);
  const socketPath = address.socketPath ?? DEFAULT_SOCKET;
  const byCommand = () => openCommandLink(entry, address, socketPath, options, env);
  if (env.STOWAGE_SSH === 'command') return await byCommand();
  let client: Client;
  try {
    client = await shared.jumps.connect(target, { entry, options, keyRing: shared.keyRing });
  } catch (error) {
    if (!(error instanceof LoginFailure)) throw error;
    if (error.forSsh.length === 0 || env.STOWAGE_SSH === 'builtin') throw error.error;
    options.onNotice?.(entry.name, commandNotice(entry, error.forSsh));
    return await byCommand();
  }
  return await linkOver(client, entry, socketPath, target.host, options);
}

async function linkOver(
  client: Client,
  entry: HostEntry,
  socketPath: string,
  address: string,
  options: OpenOptions,
): Promise<Link> {
  let isOpen = true;
  const closed = new Promise<void>((resolve) => {
    client.once('close', () => {
      isOpen = false;
      resolve();
    });
  });
  const shell = async (argv: readonly string[], shellOptions: ShellOptions): Promise<ExecResult> =>
    await runOverSsh(client, entry, argv, shellOptions);
  const end = async () => {
    client.end();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, 1_000);
    });
    await Promise.race([closed, late]);
    clearTimeout(timer);
    client.destroy();
  };
  try {
    const agent = await engineAgent(client, entry, socketPath, (argv) => shell(argv, { timeoutMs: 15_000 }), options);
    return {
      agent,
      address,
      get isOpen() {
        return isOpen;
      },
      shell,
      spawn: async (argv, signal) => await startOverSsh(client, entry, argv, signal),
      dial: (to, port, signal) => {
        const open: OpenChannel = (done) => client.forwardOut('127.0.0.1', 0, to, port, done);
        return untilConnected(new ChannelSocket(open), signal);
      },
      close: async () => {
        agent.destroy();
        if (isOpen) await end();
      },
    };
  } catch (error) {
    if (isOpen) await end();
    throw error;
  }
}

function commandNotice(entry: HostEntry, reasons: readonly string[]) {
  return {
    severity: 'note' as const,
    code: 'host/ssh-command',
    message: 'using the ssh command for this host',
    where: `host ${entry.name}`,
    why: `only it can use ${[...new Set(reasons)].join(', ')}`,
  };
}
