import type { RevisionRecord } from '../../model/revision.ts';
import type { LedgerFile } from './archive.ts';
import { bucketFolder, bucketOf, payloadPath, revisionFolder } from './names.ts';

export const DEFAULT_RETENTION = 20;

const NOTHING = new Uint8Array();

/**
 * What to write so that only the newest `keep` revisions (and always the current one) stay. The archive call cannot
 * delete; an empty file in the place of a folder removes it, and an empty payload holds no secret.
 *
 * @param needed digests the new revision uses
 */
export function prune(
  records: readonly RevisionRecord[],
  current: number | undefined,
  keep: number,
  needed: readonly string[],
): LedgerFile[] {
  const kept = new Set(records.slice(-keep).map((r) => r.revision.number));
  if (current !== undefined) kept.add(current);
  const gone = records.filter((r) => !kept.has(r.revision.number));
  if (gone.length === 0) return [];
  const stay = records.filter((r) => kept.has(r.revision.number)).flatMap((r) => r.revision.payloads);
  const used = new Set([...needed, ...stay]);
  const unused = new Set(gone.flatMap((r) => r.revision.payloads).filter((digest) => !used.has(digest)));
  const firstBucket = bucketOf(Math.min(...kept));
  const folders = gone.map((r) => {
    const bucket = bucketOf(r.revision.number);
    return bucket < firstBucket ? bucketFolder(bucket) : revisionFolder(r.revision.number);
  });
  return [...new Set(folders), ...[...unused].map(payloadPath)].map((path) => ({ path, bytes: NOTHING }));
}
