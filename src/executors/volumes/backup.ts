import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { HostConnection } from '../transport/connection.ts';
import { packer } from './compression.ts';
import { withVolume } from './reach.ts';

/** Engines and `tar` send 32 KiB at a time: one write each costs more than the bytes. */
const WRITE_BYTES = 1024 * 1024;

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
  /** What the host's `tar` said: files that changed meanwhile, sockets that were left out. */
  readonly remarks?: readonly string[];
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
    const remarks: string[] = [];
    const written = await withVolume(host, { ...input, purpose: 'backup' }, signal, async (access) => {
      const tar = await access.read((words) => remarks.push(...words.split('\n')));
      return await write(tar, partial, input);
    });
    await rename(partial, file);
    await writeFile(`${file}.sha256`, `${written.sha256}  ${basename(file)}\n`);
    return { ...written, fileBytes: (await stat(file)).size, ...(remarks.length > 0 && { remarks }) };
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
  const target = createWriteStream(partial, { mode: 0o600, highWaterMark: WRITE_BYTES });
  const pack = await packer(file);
  // A listener beside the pipe costs nothing, a transform between does.
  tar.on('data', (chunk: Buffer) => {
    tarBytes += chunk.length;
    onBytes(tarBytes);
  });
  (pack ?? tar).on('data', (chunk: Buffer) => digest.update(chunk));
  if (pack === undefined) await pipeline(tar, target, { signal });
  else await pipeline(tar, pack, target, { signal });
  return { tarBytes, sha256: digest.digest('hex') };
}
