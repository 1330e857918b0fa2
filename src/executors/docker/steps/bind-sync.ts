import { basename, dirname } from 'node:path/posix';
import type { Readable } from 'node:stream';
import { LABEL } from '../../../model/labels.ts';
import { sha256Hex } from '../../../model/spec-hash.ts';
import type { Step } from '../../../model/step.ts';
import type { HostConnection } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import { stepFailure } from './failure.ts';
import { withHelper } from './helper-container.ts';
import type { StepRunner } from './types.ts';

const FOLDER = '/target';
/** Lies beside the copy once all of it is there. */
const MARK = 'complete';

/**
 * Copies a folder or file of this machine to a path of the host, whose folder is made and is the content's own. One
 * that is there completely is done; then the source is not looked at.
 */
export const syncBind: StepRunner<'bind.sync'> = async (step, { host, context, signal }) => {
  const helper = {
    name: `stowage-sync-${sha256Hex(step.target).slice(0, 16)}`,
    labels: { [LABEL.stack]: context.stack, [LABEL.role]: 'helper' },
    mounts: { Binds: [`${dirname(step.target)}:${FOLDER}`] },
  };
  await withHelper(host, helper, signal, async (container) => {
    if (await isComplete(host, container, signal)) return;
    await checkSource(step);
    const options = { signal, timeoutMs: 0 };
    await host.putArchive(container, FOLDER, await packed(step.source, basename(step.target)), options);
    await host.putArchive(container, FOLDER, await mark(step.digest), options);
  });
};

async function isComplete(host: HostConnection, container: string, signal: AbortSignal): Promise<boolean> {
  try {
    (await host.getArchive(container, `${FOLDER}/${MARK}`, { signal })).destroy();
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}

async function checkSource({ source, digest }: Step<'bind.sync'>): Promise<void> {
  const { folderDigest } = await import('../folder.ts');
  const now = await folderDigest(source).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw stepFailure('bind/source-missing', 'folder to copy to the host is not there', { detail: source });
  });
  if (now === digest) return;
  throw stepFailure('bind/source-changed', 'folder to copy to the host has changed since the plan was made', {
    detail: source,
    fix: 'plan again',
  });
}

async function packed(source: string, name: string): Promise<Readable> {
  const [{ pack }, { packInto }] = await Promise.all([import('tar-stream'), import('../folder.ts')]);
  const tar = pack();
  packInto(tar, source, name).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  );
  return tar as unknown as Readable;
}

async function mark(digest: string): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  tar.entry({ name: MARK }, digest);
  tar.finalize();
  return tar as unknown as Readable;
}
