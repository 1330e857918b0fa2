import type { Diagnostic } from './diagnostic.ts';
import type { Step } from './step.ts';

/** What the executor tells while it works. Terminal, JSON lines, journal and tests each listen. */
export type RunEvent =
  | { readonly type: 'run.started'; readonly steps: number; readonly atMs: number }
  | { readonly type: 'step.started'; readonly step: Step; readonly atMs: number }
  | { readonly type: 'step.progress'; readonly step: Step; readonly text: string; readonly atMs: number }
  | {
      readonly type: 'step.retry';
      readonly step: Step;
      readonly reason: string;
      readonly attempt: number;
      readonly atMs: number;
    }
  | { readonly type: 'step.done'; readonly step: Step; readonly durationMs: number; readonly atMs: number }
  | {
      readonly type: 'step.failed';
      readonly step: Step;
      readonly diagnostic: Diagnostic;
      readonly durationMs: number;
      readonly atMs: number;
    }
  | { readonly type: 'step.skipped'; readonly step: Step; readonly reason: string; readonly atMs: number }
  | { readonly type: 'run.finished'; readonly outcome: RunOutcome; readonly atMs: number };

export interface RunOutcome {
  readonly status: 'done' | 'failed' | 'interrupted';
  readonly done: readonly number[];
  readonly failed: readonly number[];
  readonly notStarted: readonly number[];
  readonly diagnostics: readonly Diagnostic[];
  /** Steps that hold the rollout until it is promoted; what comes after them is among `notStarted`. */
  readonly paused?: readonly { readonly step: number; readonly workload: string; readonly reason: string }[];
}

export type RunListener = (event: RunEvent) => void;
