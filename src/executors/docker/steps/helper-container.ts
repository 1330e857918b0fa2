import type { HostConnection } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import { containerPath } from './container.ts';
import { engineWords } from './failure.ts';

/** An image without a single file, imported on the spot; containers of it are never started. */
export const EMPTY_IMAGE = 'stowage.local/empty:1';

/** An end of archive: two blocks of zeros. */
const EMPTY_TAR = new Uint8Array(1024);

export interface HelperContainer {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `HostConfig` members that say what is mounted. */
  readonly mounts: { readonly Binds?: readonly string[]; readonly Mounts?: readonly object[] };
}

/**
 * Creates a container that never starts, through which the archive calls reach volumes and folders of the host.
 *
 * @returns its id
 * @throws `engine/409` when the name is taken
 */
export async function createHelper(
  host: HostConnection,
  helper: HelperContainer,
  signal?: AbortSignal,
): Promise<string> {
  const body = {
    Image: EMPTY_IMAGE,
    Cmd: ['never-started'],
    Labels: helper.labels,
    NetworkDisabled: true,
    HostConfig: { ...helper.mounts, NetworkMode: 'none', RestartPolicy: { Name: 'no' } },
  };
  const create = () => host.post<{ Id: string }>('/containers/create', body, { name: helper.name }, { signal });
  try {
    return (await create()).Id;
  } catch (error) {
    if (!isStatus(error, 404) || !/no such image/i.test(engineWords(error))) throw error;
    await importEmptyImage(host, signal);
    return (await create()).Id;
  }
}

/** Does `work` with a helper container that is gone afterwards. */
export async function withHelper<T>(
  host: HostConnection,
  helper: HelperContainer,
  signal: AbortSignal,
  work: (container: string) => Promise<T>,
): Promise<T> {
  await removeHelper(host, helper.name);
  const id = await createHelper(host, helper, signal);
  try {
    return await work(id);
  } finally {
    await removeHelper(host, id).catch(() => undefined);
  }
}

async function removeHelper(host: HostConnection, container: string): Promise<void> {
  try {
    await host.delete(containerPath(container), { force: true });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

async function importEmptyImage(host: HostConnection, signal?: AbortSignal): Promise<void> {
  const [repo, tag] = EMPTY_IMAGE.split(':');
  const query = { fromSrc: '-', repo, tag };
  const headers = { 'Content-Type': 'application/x-tar' };
  const stream = await host.postStream('/images/create', EMPTY_TAR, query, { signal, headers });
  for await (const chunk of stream) void chunk;
}
