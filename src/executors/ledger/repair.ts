import type { LedgerFile } from './archive.ts';
import type { LedgerCopy, Merged } from './merge.ts';
import { payloadPath, revisionPath } from './names.ts';

/**
 * What a copy lacks: documents that are missing, damaged or older there, and the payloads of revisions it did not have.
 *
 * @param copy    undefined for a host that keeps nothing yet
 * @param payload reads a payload from any copy that has it
 */
export async function repairFiles(
  copy: LedgerCopy | undefined,
  merged: Merged,
  payload: (digest: string) => Promise<Uint8Array | undefined>,
): Promise<LedgerFile[]> {
  const stale = [...merged.best].filter(([path, bytes]) => !isSame(copy?.files.get(path), bytes));
  const stalePaths = new Set(stale.map(([path]) => path));
  const lacking = merged.revisions.filter((r) => stalePaths.has(revisionPath(r.revision.number, 'revision.json.gz')));
  const digests = [...new Set(lacking.flatMap((r) => r.revision.payloads))];
  const payloads: LedgerFile[] = [];
  for (const digest of digests) {
    const bytes = await payload(digest);
    if (bytes !== undefined) payloads.push({ path: payloadPath(digest), bytes });
  }
  return [...payloads, ...stale.map(([path, bytes]) => ({ path, bytes }))];
}

/**
 * True when a copy lacks a document, or has another state of it than the best one.
 *
 * @param elsewhere documents that no copy is meant to have yet
 */
export function isBehind(
  copy: LedgerCopy | undefined,
  { best }: Pick<Merged, 'best'>,
  elsewhere: ReadonlySet<string>,
): boolean {
  return [...best].some(([path, bytes]) => !elsewhere.has(path) && !isSame(copy?.files.get(path), bytes));
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
