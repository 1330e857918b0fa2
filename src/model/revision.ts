import type { DesiredState } from './desired.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Placement } from './placement.ts';

/** What a run writes down before its first step; never changed afterwards. */
export interface RevisionMeta {
  readonly action:
    | 'apply'
    | 'undo'
    | 'destroy'
    | 'restart'
    | 'scale'
    | 'set'
    | 'promote'
    | 'abort'
    | 'drain'
    | 'move'
    | 'restore'
    | 'import';
  /** Why: `--cause`, or what the command line says. */
  readonly cause: string;
  readonly by: Holder;
  /** Milliseconds since the epoch by the clock of the machine that ran it; for people, never compared. */
  readonly startedAtMs: number;
  readonly commit?: string;
  readonly toolVersion: string;
  readonly desired: DesiredState;
  /** Image reference → digest. */
  readonly images: Readonly<Record<string, string>>;
  readonly placements: readonly Placement[];
  /** Ids of the plan's steps, so that a share can be told. */
  readonly steps: readonly number[];
  /** SHA-256 of the plan's inputs, by which `--resume` knows that it goes on with the same plan. */
  readonly inputDigest?: string;
  /** The revision an undo goes back to. */
  readonly undoes?: number;
  /** The workloads it was limited to with `--target`. */
  readonly targets?: readonly string[];
}

export interface Revision extends RevisionMeta {
  readonly number: number;
  /** Fencing token of the lock it was made under. */
  readonly token: number;
  /** Digests (`sha256:…`) of the configs and secrets it uses, kept beside it. */
  readonly payloads: readonly string[];
}

export type RevisionStatus = 'done' | 'failed' | 'interrupted' | 'rolled-back' | 'paused';

/** How a run ended. A revision without one was interrupted, or is under way. */
export interface RevisionOutcome {
  readonly status: RevisionStatus;
  readonly endedAtMs: number;
  readonly done: readonly number[];
  readonly failed: readonly number[];
  readonly notStarted: readonly number[];
}

/** What the journal knows of a revision's steps. */
export interface Journal {
  readonly done: readonly number[];
  readonly failed: readonly number[];
  /** Started and not ended: their outcome is unknown. */
  readonly open: readonly number[];
}

export interface RevisionRecord {
  readonly revision: Revision;
  readonly outcome?: RevisionOutcome;
  readonly journal?: Journal;
}

/** One line of the ledger's audit. */
export interface AuditLine {
  readonly atMs: number;
  readonly action: RevisionMeta['action'] | 'unlock' | 'prune';
  readonly by: Holder;
  readonly revision?: number;
  readonly outcome: RevisionStatus | 'begun' | 'resumed' | 'lock broken';
  readonly text: string;
}

/** Who holds a lock or made a revision. */
export interface Holder {
  readonly user: string;
  readonly host: string;
  /** Address of the CI run. */
  readonly ciUrl?: string;
}

/** What the ledger's copies say together. */
export interface LedgerState {
  /** Hosts that keep a copy; empty when the stack has no ledger yet. */
  readonly hosts: readonly string[];
  /** Those of them that answer and whose copy is damaged, older than another one, or gone, or that have notes of a run that is over. */
  readonly behind?: readonly string[];
  /** By number, ascending; those beyond retention are gone. */
  readonly revisions: readonly RevisionRecord[];
  /** The last one that was applied completely. */
  readonly current?: RevisionRecord;
  /** The last one, when it did not come to its end: killed or interrupted, paused, or (without an outcome) under way now. */
  readonly unfinished?: RevisionRecord;
  /** Oldest first. */
  readonly audit: readonly AuditLine[];
  /** Copies that are away, torn or newer than this program. With an error among them nothing may be written. */
  readonly problems: readonly Diagnostic[];
}
