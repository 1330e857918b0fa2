import type { HostConnection } from '../../transport/connection.ts';
import { contentDigest } from '../../volumes/content-digest.ts';
import { withVolume } from '../../volumes/reach.ts';
import { mismatch, send } from '../../volumes/restore.ts';
import { foreign } from './container.ts';
import { stepFailure } from './failure.ts';
import { isOwn } from './own.ts';
import type { StepRunner } from './types.ts';
import { inspectVolume } from './volume.ts';

/**
 * Streams a volume's content from this host into a volume of another (or of the same), which must have been created.
 * Run again it copies again: files are replaced, none is removed.
 */
export const copyVolume: StepRunner<'volume.copy'> = async (step, { host, other, context, signal, progress }) => {
  const target = other(step.toHost);
  const toVolume = step.toVolume ?? step.volume;
  const { stack } = context;
  await requireOwn(host, step.volume, stack, signal);
  await requireOwn(target, toVolume, stack, signal);
  const source = { stack, volume: step.volume, purpose: 'backup' } as const;
  await withVolume(host, source, signal, (from) =>
    withVolume(target, { stack, volume: toVolume, purpose: 'copy' }, signal, async (to) => {
      const sent = await send(await from.read(), to.write);
      if (!step.verify) return;
      progress('reading the copy back');
      const arrived = await contentDigest(await to.read());
      if (arrived !== sent) throw mismatch(`${toVolume} on ${target.name}`, sent, arrived);
    }),
  );
};

async function requireOwn(host: HostConnection, volume: string, stack: string, signal: AbortSignal): Promise<void> {
  const found = await inspectVolume(host, volume, signal);
  if (found === undefined) {
    throw stepFailure('volume/missing', 'volume to copy is not there', { detail: `${volume} on ${host.name}` });
  }
  const object = { kind: 'volume', id: volume, labels: found.Labels } as const;
  if (!(await isOwn(host, object, stack, signal))) throw foreign('volume', volume, stack);
}
