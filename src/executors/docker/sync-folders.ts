import { syncFolder } from '../../model/sync-folder.ts';
import type { HostConnection } from '../transport/connection.ts';
import { HostError } from '../transport/errors.ts';

/** Folders with something in them; one that was emptied is as good as gone. */
const LIST =
  'cd "$1" 2>/dev/null || exit 0; for f in *; do test -n "$(ls -A "$f" 2>/dev/null)" && echo "$f"; done; true';

/** Paths of the contents of a stack that were copied to a host; none where no command can be run to look. */
export async function syncFolders(host: Pick<HostConnection, 'shell'>, stack: string): Promise<string[]> {
  const parent = syncFolder(stack);
  try {
    const { stdout } = await host.shell(['sh', '-c', LIST, 'sh', parent], { timeoutMs: 15_000 });
    const names = stdout.split('\n').filter((name) => /^[0-9a-f]{32}$/.test(name));
    return names.map((name) => `${parent}/${name}`).sort();
  } catch (error) {
    if (error instanceof HostError && error.code === 'host/no-shell') return [];
    throw error;
  }
}
