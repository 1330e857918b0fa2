import { Readable } from 'node:stream';
import { stepFailure } from '../docker/steps/failure.ts';
import type { HostConnection, HostProcess } from '../transport/connection.ts';
import type { Mounted, VolumeAccess } from './access.ts';
import { refused } from './refused.ts';
import { packCommand, probeCommand, unpackCommand } from './tar-script.ts';

/** `tar` ends so when files changed or went while it read them. */
const DIFFERED = 1;
const READ_AHEAD_BYTES = 1024 * 1024;

/**
 * A volume through the host's own `tar`, or undefined where that would not do: no shell, a login that is not root, no
 * GNU tar, a volume that the engine has to mount first, or an engine that shows its containers other owners than the host has.
 */
export async function hostAccess({ host, volume, container, signal }: Mounted): Promise<VolumeAccess | undefined> {
  const { spawn } = host;
  if (spawn === undefined) return undefined;
  const folder = await folderOf(host, volume, container, signal);
  if (folder === undefined) return undefined;
  return {
    read: async (onRemark) => reading(volume, host.name, await spawn(packCommand(folder), { signal }), onRemark),
    write: async (tar) => {
      const process = await spawn(unpackCommand(folder), { signal });
      const { exitCode, stderr } = await feed(process, tar);
      if (exitCode !== 0) throw refused(volume, host.name, stderr.trim());
    },
  };
}

interface Info {
  readonly DockerRootDir?: string;
  readonly SecurityOptions?: readonly string[] | null;
}

interface Inspected {
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Options?: Readonly<Record<string, string>> | null;
}

async function folderOf(
  host: HostConnection,
  volume: string,
  container: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [info, inspected] = await Promise.all([
    host.get<Info>('/info', undefined, { signal }),
    host.get<Inspected>(`/volumes/${encodeURIComponent(volume)}`, undefined, { signal }),
  ]);
  const { Driver, Mountpoint: folder, Options } = inspected;
  const { DockerRootDir: root, SecurityOptions } = info;
  const isMapped = (SecurityOptions ?? []).some((o) => /name=(userns|rootless)/.test(o));
  if (Driver !== 'local' || Object.keys(Options ?? {}).length > 0 || isMapped || !root) return undefined;
  if (!folder.startsWith(`${root}/volumes/`)) return undefined;
  try {
    const argv = probeCommand(`${root}/containers/${container}`, folder);
    const { exitCode, stdout } = await host.shell(argv, { signal, timeoutMs: 15_000 });
    // What a login's start-up files print would stand in every archive.
    return exitCode === 0 && stdout === '' ? folder : undefined;
  } catch (error) {
    if (signal.aborted || !host.isConnected) throw error;
    return undefined;
  }
}

/** What the command writes, ended only when it ended well. */
function reading(
  volume: string,
  host: string,
  { stdin, stdout, ended }: HostProcess,
  onRemark: ((words: string) => void) | undefined,
): Readable {
  stdin.end();
  const tar = new Readable({
    highWaterMark: READ_AHEAD_BYTES,
    read: () => void stdout.resume(),
    destroy: (error, done) => {
      stdout.destroy();
      done(error);
    },
  });
  stdout.on('data', (chunk: Buffer) => {
    if (!tar.push(chunk)) stdout.pause();
  });
  stdout.on('error', (error) => tar.destroy(error));
  ended.then(
    ({ exitCode, stderr }) => {
      if (exitCode !== 0 && exitCode !== DIFFERED) return tar.destroy(unreadable(volume, host, stderr.trim()));
      if (stderr.trim() !== '') onRemark?.(stderr.trim());
      return tar.push(null);
    },
    (error: Error) => tar.destroy(error),
  );
  return tar;
}

/** Gives a command its input for as long as it runs, and waits for its end. */
async function feed({ stdin, stdout, ended }: HostProcess, input: AsyncIterable<Uint8Array>) {
  stdout.resume();
  let isOver = false;
  const over = ended.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  try {
    for await (const chunk of input) {
      if (isOver) break;
      if (!stdin.write(chunk)) await Promise.race([new Promise((resolve) => stdin.once('drain', resolve)), over]);
    }
  } catch (error) {
    stdin.destroy();
    throw error;
  }
  if (!isOver) stdin.end();
  return await ended;
}

function unreadable(volume: string, host: string, why: string) {
  return stepFailure('volume/unreadable', 'volume could not be read to its end', {
    detail: volume,
    where: `host ${host}`,
    why,
  });
}
