import type { Readable } from 'node:stream';
import { LABEL } from '../../../model/labels.ts';
import { sha256Hex } from '../../../model/spec-hash.ts';
import { stepFailure } from './failure.ts';
import { withHelper } from './helper-container.ts';
import type { StepRunner } from './types.ts';

const FOLDER = '/target';

/**
 * Copies a folder or file of this machine to a path of the host, made if it is missing. The path holds the content's
 * digest, so what is there is only ever added to.
 */
export const syncBind: StepRunner<'bind.sync'> = async (step, { host, context, signal }) => {
  const { stat } = await import('node:fs/promises');
  const source = await stat(step.source).catch(() => undefined);
  if (source === undefined) {
    throw stepFailure('bind/source-missing', 'folder to copy to the host is not there', { detail: step.source });
  }
  const helper = {
    name: `stowage-sync-${sha256Hex(step.target).slice(0, 16)}`,
    labels: { [LABEL.stack]: context.stack, [LABEL.role]: 'helper' },
    mounts: { Binds: [`${step.target}:${FOLDER}`] },
  };
  await withHelper(host, helper, signal, async (container) => {
    await host.putArchive(container, FOLDER, await packFolder(step.source), { signal, timeoutMs: 0 });
  });
};

/** A tar of everything below a folder, in the order of names. */
async function packFolder(root: string): Promise<Readable> {
  const [{ pack }, fs, path, { pipeline }] = await Promise.all([
    import('tar-stream'),
    import('node:fs'),
    import('node:path'),
    import('node:stream/promises'),
  ]);
  const tar = pack();
  const add = async (folder: string): Promise<void> => {
    const names = await fs.promises.readdir(path.join(root, folder));
    for (const name of names.sort()) {
      const relative = path.posix.join(folder, name);
      const full = path.join(root, relative);
      const info = await fs.promises.lstat(full);
      const head = { name: relative, mode: info.mode & 0o7777, mtime: info.mtime };
      if (info.isDirectory()) {
        tar.entry({ ...head, type: 'directory' });
        await add(relative);
      } else if (info.isSymbolicLink()) {
        tar.entry({ ...head, type: 'symlink', linkname: await fs.promises.readlink(full) });
      } else if (info.isFile()) {
        await pipeline(fs.createReadStream(full), tar.entry({ ...head, size: info.size }));
      }
    }
  };
  add('').then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  );
  return tar as unknown as Readable;
}
