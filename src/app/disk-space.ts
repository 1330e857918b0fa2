import type { HostConnection } from '../executors/transport/connection.ts';

/** Room on the file system of the engine's data. */
export interface DiskSpace {
  readonly folder: string;
  readonly totalBytes: number;
  readonly availableBytes: number;
}

/**
 * @param folder where the engine keeps its data, when it is known already
 * @throws when the host runs no commands, or df fails or is not understood
 */
export async function readDisk(connection: HostConnection, folder?: string): Promise<DiskSpace> {
  const path = folder ?? (await connection.lastInfo<{ readonly DockerRootDir: string }>()).DockerRootDir;
  const { exitCode, stdout, stderr } = await connection.shell(['df', '-Pk', path], { timeoutMs: 15_000 });
  if (exitCode !== 0) throw new Error(stderr.trim());
  return parseDf(path, stdout);
}

/** @param df output of `df -Pk FOLDER`: sizes in KiB, the last line is the file system's */
export function parseDf(folder: string, df: string): DiskSpace {
  const fields = df.trim().split('\n').at(-1)?.split(/\s+/) ?? [];
  const [totalBytes, availableBytes] = [Number(fields[1]) * 1024, Number(fields[3]) * 1024];
  if (Number.isNaN(totalBytes) || Number.isNaN(availableBytes)) throw new Error(`df of ${folder} was not understood`);
  return { folder, totalBytes, availableBytes };
}
