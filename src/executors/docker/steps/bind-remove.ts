import { basename, dirname } from 'node:path/posix';
import type { Readable } from 'node:stream';
import { LABEL } from '../../../model/labels.ts';
import { sha256Hex } from '../../../model/spec-hash.ts';
import { syncFolder } from '../../../model/sync-folder.ts';
import { withHelper } from './helper-container.ts';
import type { StepRunner } from './types.ts';

const FOLDER = '/target';

/**
 * Removes contents that were copied to a host. The archive call cannot delete, but a file takes the place of a folder
 * with all that is in it, and an empty folder that of the file; who may, takes that away too.
 */
export const removeBinds: StepRunner<'bind.remove'> = async ({ folders }, { host, context, signal }) => {
  const parent = syncFolder(context.stack);
  const stranger = folders.find((folder) => dirname(folder) !== parent);
  if (stranger !== undefined) throw new Error(`${stranger} is not below ${parent}`);
  const helper = {
    name: `stowage-unsync-${sha256Hex(parent).slice(0, 16)}`,
    labels: { [LABEL.stack]: context.stack, [LABEL.role]: 'helper' },
    mounts: { Binds: [`${parent}:${FOLDER}`] },
  };
  await withHelper(host, helper, signal, async (container) => {
    await host.putArchive(container, FOLDER, await emptied(folders.map((folder) => basename(folder))), { signal });
  });
  await host.shell(['rmdir', '--', ...folders], { signal }).catch(() => undefined);
};

async function emptied(names: readonly string[]): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  for (const name of names) {
    tar.entry({ name }, '');
    tar.entry({ name, type: 'directory', mode: 0o755 });
  }
  tar.finalize();
  return tar as unknown as Readable;
}
