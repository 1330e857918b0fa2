/**
 * What the commands print with `--json`, a type for each schema: `npm run schemas` makes schemas/NAME.schema.json of
 * them. They are promises: fields may be added, none is taken away within a major version.
 */
import type { Change, Difference } from '../model/change.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunEvent } from '../model/events.ts';
import type { GatewayStatus } from '../model/gateway-status.ts';
import type { Plan } from '../model/plan.ts';
import type { AuditLine, LedgerState, RevisionRecord } from '../model/revision.ts';
import type { RolloutStatus } from '../model/rollout-status.ts';
import type { Step, StepKind } from '../model/step.ts';
import type { PlanAnswers } from '../render/plan/answers.ts';
import type { Written } from './drift-write.ts';
import type { ImportReport } from './import-summary.ts';
import type { Snapshot } from './snapshot.ts';
import type { Span } from './trace.ts';
import type { LockReport } from './unlock.ts';
import type { BackupReport } from './volume-backup.ts';
import type { VolumeReport } from './volumes.ts';

/** A plan: `stowage plan --json`, `stowage show --json`, and the file that `stowage plan --out` writes. */
export type PlanOutput = Plan & {
  /** The rules of the policy that the plan breaks; absent when it breaks none, and in a saved plan. */
  readonly violations?: readonly Diagnostic[];
};

/** What was asked with `--explain` and `--rebalance`. */
export type AnswersOutput = PlanAnswers;

/** What was changed on the hosts; values are `from` as found, `to` as applied. */
export interface DriftOutput {
  readonly stack: string;
  /** The revision the hosts are compared with. */
  readonly revision: number;
  readonly drift: readonly { readonly change: Change; readonly differences: readonly Difference[] }[];
  /** With `--write`: what was put into the files. */
  readonly written?: readonly Written[];
}

/** One line of a run: what the executor tells, and at the end the times of all steps. */
export type RunLineOutput = RunEvent | { readonly type: 'run.trace'; readonly spans: readonly Span[] };

export type HistoryOutput = LedgerState;

export interface AuditOutput {
  /** Oldest first. */
  readonly audit: readonly AuditLine[];
}

export type RevisionOutput = RevisionRecord;

export type RolloutStatusOutput = RolloutStatus;

/** Whether the stack's rollouts are held. */
export interface RolloutHoldOutput {
  readonly stack: string;
  readonly paused: boolean;
}

/** One entry for each host that has a gateway. */
export type GatewayOutput = readonly GatewayStatus[];

/** How a host is marked now. */
export interface HostMarkOutput {
  readonly host: string;
  readonly cordoned: boolean;
  readonly drained: boolean;
  readonly by?: string;
  readonly reason?: string;
}

export interface UnlockOutput {
  readonly stack: string;
  /** The claims that were broken, host by host. */
  readonly broken: readonly LockReport[];
}

export interface VolumesOutput {
  readonly volumes: readonly VolumeReport[];
}

export type BackupOutput = BackupReport;

export interface ConvertOutput {
  /** The stack in the other form. */
  readonly text: string;
  /** What that form cannot say. */
  readonly lost: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

export type SnapshotOutput = Snapshot;

export type ImportOutput = ImportReport;

/** A step by its kind; stands for `Step` in the schemas, which cannot say that the kind decides the rest. */
export type StepOutput = { readonly [K in StepKind]: Step<K> }[StepKind];
