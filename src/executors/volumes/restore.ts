import { createHash } from 'node:crypto';
import { stepFailure } from '../docker/steps/failure.ts';
import type { StepRunner } from '../docker/steps/types.ts';
import { TransferProgress } from '../images/transfer-progress.ts';
import { plainTar } from './compression.ts';
import { contentDigest } from './content-digest.ts';
import { withVolume } from './reach.ts';

const READ_BYTES = 1024 * 1024;

/** Unpacks a backup into a volume; the file has to be the one that the plan names. */
export const restoreVolume: StepRunner<'volume.restore'> = async (step, { host, context, signal, progress }) => {
  const [{ createReadStream }, { stat }] = await Promise.all([import('node:fs'), import('node:fs/promises')]);
  const { volume, source, digest } = step;
  const told = new TransferProgress((await stat(source)).size, undefined, progress);
  const hash = createHash('sha256');
  const watched = async function* () {
    for await (const chunk of createReadStream(source, { highWaterMark: READ_BYTES })) {
      hash.update(chunk as Buffer);
      told.add((chunk as Buffer).length);
      yield chunk as Buffer;
    }
  };
  await withVolume(host, { stack: context.stack, volume, purpose: 'restore' }, signal, async (access) => {
    const tar = await plainTar(watched(), source);
    const sent = step.verify ? await send(tar, access.write) : await access.write(tar);
    const actual = `sha256:${hash.digest('hex')}`;
    if (actual !== digest) throw changed(source, digest, actual);
    if (sent === undefined) return;
    progress('reading it back');
    const arrived = await contentDigest(await access.read());
    if (arrived !== sent) throw mismatch(`${volume} on ${host.name}`, sent, arrived);
  });
};

/** Gives the bytes of a tar to `put` and tells the digest of their content. */
export async function send(
  tar: AsyncIterable<Uint8Array>,
  put: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<string> {
  const { PassThrough } = await import('node:stream');
  const through = new PassThrough({ highWaterMark: 1024 * 1024 });
  through.on('error', () => undefined);
  const putting = put(through);
  putting.catch((error: Error) => through.destroy(error));
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
