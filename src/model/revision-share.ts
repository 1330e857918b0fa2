import type { RevisionRecord } from './revision.ts';

/** The last revision, when it did not come to its end: killed, stopped, or left after a failure. A paused one is none. */
export function unfinishedRevision(revisions: readonly RevisionRecord[]): RevisionRecord | undefined {
  const last = revisions.at(-1);
  const status = last?.outcome?.status;
  return status === undefined || status === 'interrupted' || status === 'failed' ? last : undefined;
}

/** Per cent of a revision's steps that are known to be done. */
export function appliedShare({ revision, outcome, journal }: RevisionRecord): number {
  if (outcome?.status === 'done') return 100;
  const done = new Set([...(journal?.done ?? []), ...(outcome?.done ?? [])]).size;
  if (revision.steps.length === 0) return 0;
  return Math.min(100, Math.floor((100 * done) / revision.steps.length));
}

/**
 * Ids by which a run that goes on with a revision is written down in its journal: its steps are counted anew, so the
 * first of them stands for the first that was not done, and so on. Steps beyond those have none.
 */
export function resumedIds(
  { revision, journal }: RevisionRecord,
  steps: readonly number[],
): ReadonlyMap<number, number> {
  const done = new Set(journal?.done);
  const open = revision.steps.filter((id) => !done.has(id));
  return new Map(steps.slice(0, open.length).map((id, index) => [id, open[index] ?? id]));
}
