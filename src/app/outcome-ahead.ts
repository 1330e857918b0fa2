import { slotOf } from '../executors/run/limits.ts';
import type { RunEvent, RunOutcome } from '../model/events.ts';
import type { Step } from '../model/step.ts';

/**
 * Writes the end of a run while its last steps only watch that what they started keeps running: most of the time they have
 * nothing to say, and the run is over when they are.
 */
export class OutcomeAhead {
  /** Steps with something still to do. */
  readonly #open: Set<number>;
  #writing: Promise<boolean> | undefined;

  constructor(
    readonly steps: readonly Step[],
    readonly write: (outcome: RunOutcome) => Promise<void>,
  ) {
    this.#open = new Set(steps.filter((step) => slotOf(step) !== 'late').map((step) => step.id));
  }

  /** A listener of the run. */
  note(event: RunEvent): void {
    if (event.type !== 'step.done' || !this.#open.delete(event.step.id) || this.#open.size > 0) return;
    const done = this.steps.map((step) => step.id);
    const foreseen = { status: 'done', done, failed: [], notStarted: [], diagnostics: [] } as const;
    this.#writing = this.write(foreseen).then(
      () => true,
      () => false,
    );
  }

  /**
   * Takes back what was written when the run did not end so: until its own end is written, it is one that goes on.
   *
   * @returns whether its end is written
   */
  async settle(outcome: RunOutcome): Promise<boolean> {
    if (this.#writing === undefined) return false;
    const isWritten = await this.#writing;
    if (outcome.status === 'done' && outcome.done.length === this.steps.length) return isWritten;
    await this.write({ ...outcome, status: 'interrupted' });
    return false;
  }
}
