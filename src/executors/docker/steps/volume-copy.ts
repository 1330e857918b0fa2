import { LABEL } from '../../../model/labels.ts';
import type { HostConnection } from '../../transport/connection.ts';
import { foreign } from './container.ts';
import { stepFailure } from './failure.ts';
import { withHelper } from './helper-container.ts';
import type { StepRunner } from './types.ts';
import { inspectVolume } from './volume.ts';

const FOLDER = '/volume';

/**
 * Streams a volume's content from this host into the volume of the same name on another, which must have been created.
 * Run again it copies again: files are replaced, none is removed.
 */
export const copyVolume: StepRunner<'volume.copy'> = async (step, { host, other, context, signal }) => {
  const target = other(step.toHost);
  for (const side of [host, target]) await requireOwn(side, step.volume, context.stack, signal);
  const helper = {
    name: `stowage-copy-${step.volume}`,
    labels: { [LABEL.stack]: context.stack, [LABEL.role]: 'helper' },
    mounts: { Mounts: [{ Type: 'volume', Source: step.volume, Target: FOLDER }] },
  };
  await withHelper(host, helper, signal, (from) =>
    withHelper(target, helper, signal, async (to) => {
      const tar = await host.getArchive(from, FOLDER, { signal, timeoutMs: 0 });
      await target.putArchive(to, '/', tar, { signal, timeoutMs: 0 });
    }),
  );
};

async function requireOwn(host: HostConnection, volume: string, stack: string, signal: AbortSignal): Promise<void> {
  const found = await inspectVolume(host, volume, signal);
  if (found === undefined) {
    throw stepFailure('volume/missing', 'volume to copy is not there', { detail: `${volume} on ${host.name}` });
  }
  if (found.Labels?.[LABEL.stack] !== stack) throw foreign('volume', volume, stack);
}
