import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { HostConnection } from '../transport/connection.ts';
import { packer, watch } from './compression.ts';
import { VOLUME_FOLDER, withVolume } from './reach.ts';

export interface BackupInput {
  readonly stack: string;
  readonly volume: string;
  /** File to write; its name says how it is packed. */
  readonly file: string;
  readonly signal: AbortSignal;
  /** Told the bytes of the tar so far. */
  onBytes(total: number): void;
}

export interface Backup {
  /** Bytes of the tar, before it was packed. */
  readonly tarBytes: number;
  readonly fileBytes: number;
  /** SHA-256 in hex of the file. */
  readonly sha256: string;
}

/**
 * Streams a volume into a tar file of this machine, with its checksum beside it (`FILE.sha256`, as `sha256sum` writes
 * it). The file appears under its name only when it is complete. Memory stays constant.
 */
export async function backupVolume(host: HostConnection, input: BackupInput): Promise<Backup> {
  const { rename, rm, stat, writeFile } = await import('node:fs/promises');
  const { basename } = await import('node:path');
  const { file, signal } = input;
  const partial = `${file}.partial`;
  try {
    const written = await withVolume(host, { ...input, purpose: 'backup' }, signal, async (container) => {
      const tar = await host.getArchive(container, VOLUME_FOLDER, { signal, timeoutMs: 0 });
      return await write(tar, partial, input);
    });
    await rename(partial, file);
    await writeFile(`${file}.sha256`, `${written.sha256}  ${basename(file)}\n`);
    return { ...written, fileBytes: (await stat(file)).size };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function write(
  tar: Readable,
  partial: string,
  { file, signal, onBytes }: BackupInput,
): Promise<Pick<Backup, 'tarBytes' | 'sha256'>> {
  const [{ createWriteStream }, { pipeline }] = await Promise.all([import('node:fs'), import('node:stream/promises')]);
  let tarBytes = 0;
  const digest = createHash('sha256');
  const count = (chunk: Buffer) => {
    tarBytes += chunk.length;
    onBytes(tarBytes);
  };
  const sum = (chunk: Buffer) => digest.update(chunk);
  const target = createWriteStream(partial, { mode: 0o600, highWaterMark: 1024 * 1024 });
  const pack = await packer(file);
  const both = (chunk: Buffer) => {
    count(chunk);
    sum(chunk);
  };
  if (pack === undefined) await pipeline(tar, watch(both), target, { signal });
  else await pipeline(tar, watch(count), pack, watch(sum), target, { signal });
  return { tarBytes, sha256: digest.digest('hex') };
}
