import type { DesiredState } from './desired.ts';
import type { LedgerState, Revision, RevisionRecord } from './revision.ts';

/** A one-off change (`stowage scale`, `set image`) that holds beside what the files said when they were last applied. */
export interface Override {
  readonly workload: string;
  /** Container of the pod, for an image. */
  readonly container?: string;
  readonly what: 'replicas' | 'image';
  readonly from: string;
  readonly to: string;
  /** The revision that made it. */
  readonly revision: number;
}

/** Actions that change single things; all others take the stack as the files, or an earlier revision, say. */
const ONE_OFF: readonly string[] = ['scale', 'set', 'restart', 'drain', 'move', 'restore'];

/**
 * What the stack has by one-off changes, by workload: where the revision it has now differs from the one that the files
 * made.
 */
export function overridesOf({ revisions, current }: Pick<LedgerState, 'revisions' | 'current'>): Override[] {
  if (current === undefined) return [];
  const done = revisions.filter((r) => r.outcome?.status === 'done' && r.revision.number <= current.revision.number);
  const line = lineOf(done, current.revision);
  const [base] = line;
  if (base === undefined) return [];
  const overrides = new Map<string, Override>();
  line.slice(1).forEach((revision, i) => {
    for (const d of differences((line[i] as Revision).desired, revision.desired)) {
      const key = `${d.workload}/${d.container ?? ''} ${d.what}`;
      const from = overrides.get(key)?.from ?? d.from;
      if (from === d.to) overrides.delete(key);
      else overrides.set(key, { ...d, from, revision: revision.number });
    }
  });
  return [...overrides.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Overrides that the files do not say themselves by now. */
export function overridesBeside(overrides: readonly Override[], files: DesiredState): Override[] {
  return overrides.filter((o) => valueIn(files, o) !== o.to);
}

/** The revisions from the one the files made to the given one, oldest first; an undo goes on where it went back to. */
function lineOf(done: readonly RevisionRecord[], last: Revision): Revision[] {
  const line: Revision[] = [];
  let at: Revision | undefined = last;
  while (at !== undefined) {
    const { number, action, undoes }: Revision = at;
    if (undoes !== undefined && undoes < number) {
      at = done.find((r) => r.revision.number === undoes)?.revision;
      continue;
    }
    line.unshift(at);
    if (!ONE_OFF.includes(action)) return line;
    at = done.findLast((r) => r.revision.number < number)?.revision;
  }
  return [];
}

function differences(before: DesiredState, after: DesiredState): Omit<Override, 'revision'>[] {
  return after.workloads.flatMap((workload) => {
    const old = before.workloads.find((w) => w.id === workload.id);
    if (old === undefined) return [];
    const replicas = {
      workload: workload.id,
      what: 'replicas',
      from: String(old.replicas),
      to: String(workload.replicas),
    } as const;
    const images = workload.template.containers.flatMap((c) => {
      const from = old.template.containers.find((o) => o.name === c.name)?.image;
      if (from === undefined || from === c.image) return [];
      return [{ workload: workload.id, container: c.name, what: 'image', from, to: c.image } as const];
    });
    return [...(old.replicas === workload.replicas ? [] : [replicas]), ...images];
  });
}

function valueIn(desired: DesiredState, { workload, container, what }: Override): string | undefined {
  const found = desired.workloads.find((w) => w.id === workload);
  if (what === 'replicas') return found && String(found.replicas);
  return found?.template.containers.find((c) => c.name === container)?.image;
}

function keyOf({ workload, container, what }: Override): string {
  return `${workload} ${what} ${container ?? ''}`;
}
