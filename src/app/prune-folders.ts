import { syncFolders } from '../executors/docker/sync-folders.ts';
import type { HostConnection } from '../executors/transport/connection.ts';
import type { DesiredState } from '../model/desired.ts';
import type { LedgerState } from '../model/revision.ts';
import { contentName, syncFolder } from '../model/sync-folder.ts';
import { revisionsKept } from '../planner/prune/kept.ts';

interface FoldersRequest {
  readonly stack: string;
  readonly history: LedgerState;
  /** Revisions that keep what they copied. */
  readonly keep: number;
}

/** Host → paths of contents that were copied there (`x-stowage.sync`) and that no kept revision mounts. */
export async function unusedFolders(
  connections: ReadonlyMap<string, HostConnection>,
  { stack, history, keep }: FoldersRequest,
): Promise<ReadonlyMap<string, readonly string[]>> {
  // With a document missing, what it mounts is not known.
  if (history.problems.length > 0) return new Map();
  const current = history.current === undefined ? [] : [history.current.revision];
  const kept = [...revisionsKept(history, keep, undefined, contentsOf), ...current];
  const mounted = new Set(kept.flatMap(contentsOf));
  const found = await Promise.all(
    [...connections.values()].map(async (connection) => {
      const folders = await syncFolders(connection, stack);
      return [connection.name, folders.filter((f) => !mounted.has(f))] as const;
    }),
  );
  return new Map(found);
}

/** Folders that a revision mounts, sorted. */
function contentsOf({ desired: { stack, workloads } }: { readonly desired: DesiredState }): string[] {
  const containers = workloads.flatMap(({ template }) => [...template.initContainers, ...template.containers]);
  const sources = containers.flatMap(({ mounts }) => mounts.map(({ source }) => source));
  return sources
    .flatMap((s) => (s.type === 'bind' && s.digest !== undefined ? [contentName(s.digest)] : []))
    .map((name) => `${syncFolder(stack)}/${name}`)
    .sort();
}
