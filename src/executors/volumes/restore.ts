import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { engineWords, stepFailure } from '../docker/steps/failure.ts';
import type { StepRunner } from '../docker/steps/types.ts';
import { TransferProgress } from '../images/transfer-progress.ts';
import { HostError } from '../transport/errors.ts';
import { plainTar, through, watch } from './compression.ts';
import { contentDigest } from './content-digest.ts';
import { VOLUME_FOLDER, withVolume } from './reach.ts';

/** Unpacks a backup into a volume; the file has to be the one that the plan names. */
export const restoreVolume: StepRunner<'volume.restore'> = async (step, { host, context, signal, progress }) => {
  const { createReadStream } = await import('node:fs');
  const { stat } = await import('node:fs/promises');
  const { volume, source, digest } = step;
  const { size } = await stat(source);
  const told = new TransferProgress(size, undefined, progress);
  const hash = createHash('sha256');
  const file = createReadStream(source, { highWaterMark: 1024 * 1024 });
  const count = watch((chunk) => {
    hash.update(chunk);
    told.add(chunk.length);
  });
  const tar = await plainTar(through(file, count), source);
  await withVolume(host, { stack: context.stack, volume, purpose: 'restore' }, signal, async (container) => {
    const put = async (chunks: AsyncIterable<Uint8Array>) => {
      try {
        await host.putArchive(container, '/', chunks, { signal, timeoutMs: 0 });
      } catch (error) {
        throw refused(error, volume);
      }
    };
    const sent = step.verify ? await send(tar, put) : await put(tar);
    const actual = `sha256:${hash.digest('hex')}`;
    if (actual !== digest) throw changed(source, digest, actual);
    if (sent === undefined) return;
    progress('reading it back');
    const arrived = await contentDigest(await host.getArchive(container, VOLUME_FOLDER, { signal, timeoutMs: 0 }));
    if (arrived !== sent) throw mismatch(`${volume} on ${host.name}`, sent, arrived);
  });
};

/** Gives the bytes of a tar to `put` and tells the digest of their content. */
export async function send(tar: Readable, put: (chunks: AsyncIterable<Uint8Array>) => Promise<void>): Promise<string> {
  const { PassThrough } = await import('node:stream');
  const through = new PassThrough({ highWaterMark: 1024 * 1024 });
  const putting = put(through);
  putting.catch((error: Error) => tar.destroy(error));
  const digest = contentDigest(tar, async (chunk) => {
    if (!through.write(chunk)) await Promise.race([once(through, 'drain'), putting]);
  });
  try {
    const content = await digest;
    through.end();
    await putting;
    return content;
  } catch (error) {
    through.destroy(error as Error);
    await putting;
    throw error;
  }
}

function once(stream: NodeJS.EventEmitter, event: string): Promise<void> {
  return new Promise((resolve) => stream.once(event, () => resolve()));
}

export function mismatch(where: string, sent: string, arrived: string) {
  return stepFailure('volume/copy-differs', 'what arrived in a volume is not what was sent', {
    where,
    why: `sent ${sent}, arrived ${arrived}`,
    fix: 'see whether something else writes to it; then remove the volume and run again',
  });
}

function changed(source: string, expected: string, actual: string) {
  return stepFailure('volume/backup-changed', 'backup is not the one that was planned with', {
    where: source,
    why: `its digest was ${expected}, now it is ${actual}`,
    fix: 'run stowage volume restore again',
  });
}

function refused(error: unknown, volume: string): unknown {
  if (!(error instanceof HostError) || error.status === undefined) return error;
  const words = engineWords(error);
  const isFull = /no space left on device/i.test(words);
  return stepFailure(
    isFull ? 'host/disk-full' : 'volume/refused',
    isFull ? 'disk of the host is full' : 'engine refused the content of a volume',
    { detail: volume, where: `host ${error.host}`, why: words },
  );
}
