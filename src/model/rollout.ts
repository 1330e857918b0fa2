import { LABEL } from './labels.ts';
import type { Note } from './notes.ts';

/** Where a rollout stands that waits to be promoted; kept on a host, so that any machine can go on. */
export interface RolloutProgress {
  readonly workload: string;
  /** Digest of the template that is being rolled out; progress of another release does not count. */
  readonly release: string;
  /** Canary steps behind it, the pause itself included. */
  readonly passed: number;
  readonly reason: string;
}

const ROLE = 'rollout-note';
const KEY = { stack: `${LABEL.prefix}rollout-stack`, progress: `${LABEL.prefix}rollout-progress` } as const;

/** The note that keeps a paused rollout. */
export function rolloutNote(stack: string, progress: RolloutProgress): Note {
  const name = `stowage-rollout-${stack}-${progress.workload}`.replace(/[^a-zA-Z0-9_.-]+/g, '-');
  return {
    name,
    labels: { [LABEL.role]: ROLE, [KEY.stack]: stack, [KEY.progress]: JSON.stringify(progress) },
  };
}

/** Paused rollouts of a stack among a host's volumes, by workload. */
export function readRolloutNotes(volumes: readonly Note[], stack: string): Map<string, RolloutProgress> {
  const found = new Map<string, RolloutProgress>();
  for (const { labels } of volumes) {
    const text = labels[KEY.progress];
    if (labels[LABEL.role] !== ROLE || labels[KEY.stack] !== stack || text === undefined) continue;
    try {
      const progress = JSON.parse(text) as RolloutProgress;
      const known = found.get(progress.workload);
      if (known === undefined || known.passed < progress.passed) found.set(progress.workload, progress);
    } catch {
      // A note that cannot be read is none: the rollout begins at its first step again.
    }
  }
  return found;
}

export function isRolloutNote({ labels }: Pick<Note, 'labels'>): boolean {
  return labels[LABEL.role] === ROLE;
}
