import type { LedgerState, Revision, RevisionRecord } from '../../model/revision.ts';

export const DEFAULT_KEEP = 5;

/** An image as a revision means it. */
export interface NamedImage {
  readonly image: string;
  /** Digest of its registry, or the engine's id for one that no registry serves; absent when only the tag is known. */
  readonly digest?: string;
}

/** What is about to be applied: the newest of the revisions to keep. */
export type Coming = Pick<Revision, 'desired' | 'images'>;

/**
 * The revisions that keep their images: the last `keep` that were applied and differ in their images, so that scaling
 * or draining pushes nothing out, and one that has not come to its end yet. `coming` counts as one of them.
 *
 * @param differIn what counts in their place
 */
export function revisionsKept(
  history: Pick<LedgerState, 'revisions' | 'unfinished'>,
  keep: number,
  coming?: Coming,
  differIn: (revision: Coming) => unknown = imagesOf,
): Revision[] {
  const kept: Revision[] = [];
  const seen = new Set(coming === undefined ? [] : [JSON.stringify(differIn(coming))]);
  for (const { revision, outcome } of [...history.revisions].reverse()) {
    const isOpen = isUnfinished(history, revision);
    if (outcome?.status !== 'done' && !isOpen) continue;
    const key = JSON.stringify(differIn(revision));
    if (!seen.has(key) && !isOpen && seen.size >= keep) continue;
    if (!isOpen) seen.add(key);
    kept.push(revision);
  }
  return kept;
}

function isUnfinished({ unfinished }: Pick<LedgerState, 'unfinished'>, revision: Revision): boolean {
  return unfinished?.revision.number === revision.number;
}

/** What a revision runs, by name and digest, sorted by name. */
export function imagesOf({ desired, images }: Coming): NamedImage[] {
  const containers = desired.workloads.flatMap((w) => [...w.template.containers, ...w.template.initContainers]);
  const names = [...new Set([...Object.keys(images), ...containers.map((c) => c.image)])].sort();
  return names.map((image) => {
    const digest = images[image];
    return { image, ...(digest === undefined ? {} : { digest }) };
  });
}

/** Every image that a revision in the history names, each once. */
export function imagesOfHistory(records: readonly RevisionRecord[]): NamedImage[] {
  const all = records.flatMap(({ revision }) => imagesOf(revision));
  return [...new Map(all.map((named) => [`${named.image} ${named.digest ?? ''}`, named])).values()];
}
