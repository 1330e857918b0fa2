import type { RunListener } from '../model/events.ts';

/** Shows a run while it goes. */
export interface Progress {
  readonly listener: RunListener;
  /** Says something beside the steps; on a terminal the view would hold back a plain write. */
  note(text: string): void;
  /** Ends the view and leaves its last state on the screen. Call it also when the run threw. */
  finish(): Promise<void>;
}
