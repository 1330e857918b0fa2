import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostEntry } from '../../../model/inventory.ts';
import type { OpenOptions } from '../connection.ts';
import type { Environment } from '../default-host.ts';
import { failure } from '../failures.ts';
import type { Link } from '../link.ts';
import { openUnixLink } from '../link-direct.ts';
import { quote, runLocally } from '../shell.ts';
import { startLocally } from '../start.ts';
import { explainSsh } from './command-errors.ts';
import { configArguments } from './home.ts';

type SshAddress = Extract<HostEntry['address'], { type: 'ssh' }>;

const READY_TIMEOUT_MS = 20_000;

/**
 * The engine's socket brought here by the ssh command, as a local socket: one connection, which commands on the host
 * share through its control socket.
 */
export async function openCommandLink(
  entry: HostEntry,
  address: SshAddress,
  socketPath: string,
  options: OpenOptions,
  env: Environment,
): Promise<Link> {
  const folder = await mkdtemp(join(tmpdir(), 'stw-'));
  const [local, control] = [join(folder, 's'), join(folder, 'c')];
  const common = commonArguments(address, options, env);
  const settings = ['BatchMode=yes', 'ExitOnForwardFailure=yes', 'StreamLocalBindUnlink=yes', 'ControlMaster=yes'];
  const args = [
    ...common,
    ...['-nNT', '-L', `${local}:${socketPath}`],
    ...[...settings, 'ServerAliveInterval=5', 'ServerAliveCountMax=3', `ControlPath=${control}`].flatMap((s) => [
      '-o',
      s,
    ]),
    '--',
    address.host,
  ];
  const child = spawn('ssh', args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...env }, detached: true });
  const watch = watchChild(child);
  const close = async () => {
    child.kill();
    await watch.ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitForSocket(local, watch, options.signal);
  } catch (cause) {
    await close();
    if (options.signal?.aborted) throw failure(entry, 'host/aborted', { detail: 'SSH login', cause });
    throw explainSsh(entry, watch.said(), cause);
  }
  const link = openUnixLink(entry, local);
  const through = (argv: readonly string[]) => [
    ...['ssh', ...common, '-o', `ControlPath=${control}`, '-T', '--', address.host],
    quote(argv),
  ];
  return {
    agent: link.agent,
    get isOpen() {
      return !watch.hasEnded();
    },
    shell: async (argv, shellOptions) => await runLocally(entry, through(argv), shellOptions),
    spawn: async (argv, signal) => await startLocally(entry, through(argv), signal),
    close: async () => {
      link.agent.destroy();
      await close();
    },
  };
}

function commonArguments(address: SshAddress, options: OpenOptions, env: Environment): string[] {
  return [
    ...configArguments(env),
    ...(address.user === undefined ? [] : ['-l', address.user]),
    ...(address.port === undefined ? [] : ['-p', String(address.port)]),
    ...(address.identityFile ? ['-i', address.identityFile, '-o', 'IdentitiesOnly=yes'] : []),
    ...(address.jump ? ['-J', address.jump.join(',')] : []),
    ...(options.acceptNew ? ['-o', 'StrictHostKeyChecking=accept-new'] : []),
  ];
}

interface Watch {
  said(): string;
  hasEnded(): boolean;
  readonly ended: Promise<void>;
}

function watchChild(child: ChildProcess): Watch {
  let said = '';
  let over = false;
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (error?: unknown) => {
      if (error instanceof Error) said += error.message;
      over = true;
      resolve();
    };
    child.on('error', end);
    child.on('close', () => end());
  });
  return { said: () => said, hasEnded: () => over, ended };
}

async function waitForSocket(path: string, watch: Watch, signal: AbortSignal | undefined): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!existsSync(path)) {
    if (watch.hasEnded()) throw new Error('ssh ended');
    if (Date.now() > deadline) throw new Error('timeout');
    await sleep(20, undefined, { signal });
  }
}
