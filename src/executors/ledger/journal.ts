import type { RunEvent } from '../../model/events.ts';
import type { Journal } from '../../model/revision.ts';
import type { LedgerFile } from './archive.ts';
import { encodeDocument } from './document.ts';
import type { JournalBody } from './merge.ts';
import { revisionPath } from './names.ts';

/** @param seq grows with every write */
type Write = (file: LedgerFile, seq: number) => Promise<unknown>;

const APART_MS = 500;
/** A host that takes long to write is busy with the steps themselves: so many times that long is left to them, up to a limit. */
const REST = 5;
const LONGEST_REST_MS = 5000;

/**
 * Writes down which steps began and ended. What piles up while a write is under way, and until the next is due, goes
 * into that one; two documents take turns, so that a torn one leaves the one before it whole.
 */
export class JournalWriter {
  readonly #done: Set<number>;
  readonly #failed = new Set<number>();
  readonly #open = new Set<number>();
  readonly #revision: number;
  readonly #write: Write;
  readonly #ids: ReadonlyMap<number, number> | undefined;
  #seq: number;
  #isDirty = false;
  #hasNoted = false;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;
  #notBeforeMs = 0;
  #isWriting = false;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param before what an interrupted run of the same revision had written, and by which ids the steps of this run are
   *   known there; a step without one is not written down
   */
  constructor(
    revision: number,
    write: Write,
    before?: {
      readonly journal: Journal | undefined;
      readonly seq: number;
      readonly ids?: ReadonlyMap<number, number> | undefined;
    },
  ) {
    this.#revision = revision;
    this.#write = write;
    this.#done = new Set(before?.journal?.done);
    this.#seq = before?.seq ?? 0;
    this.#ids = before?.ids;
  }

  /** A listener of the run. */
  note(event: RunEvent): void {
    if (!('step' in event)) return;
    const id = this.#ids === undefined ? event.step.id : this.#ids.get(event.step.id);
    if (id === undefined) return;
    if (event.type === 'step.started') this.#open.add(id);
    else if (event.type === 'step.done') this.#end(id, this.#done);
    else if (event.type === 'step.failed') this.#end(id, this.#failed);
    else return;
    this.#isDirty = true;
    this.#hasNoted = true;
    this.#schedule();
  }

  /** All of it, for a caller that writes it along with its own; nothing where nothing was noted. Writes no more by itself. */
  async end(): Promise<LedgerFile[]> {
    this.#hasEnded = true;
    await this.#writing;
    clearTimeout(this.#timer);
    return this.#hasNoted ? [this.#next()] : [];
  }

  #end(step: number, set: Set<number>): void {
    this.#open.delete(step);
    this.#failed.delete(step);
    set.add(step);
  }

  /** A write that is under way schedules the next one itself. */
  #schedule(): void {
    if (this.#isWriting || this.#hasEnded) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#writing = this.#writeOnce();
      },
      Math.max(APART_MS, this.#notBeforeMs - performance.now()),
    );
  }

  /** What cannot be written is no reason to stop: the next write, or the outcome, has it too. */
  async #writeOnce(): Promise<void> {
    const file = this.#next();
    const begunMs = performance.now();
    this.#isWriting = true;
    await this.#write(file, this.#seq).catch(() => undefined);
    const endedMs = performance.now();
    this.#notBeforeMs = endedMs + Math.min(LONGEST_REST_MS, Math.max(APART_MS, (endedMs - begunMs) * REST));
    this.#isWriting = false;
    if (this.#isDirty) this.#schedule();
  }

  #next(): LedgerFile {
    this.#isDirty = false;
    const seq = ++this.#seq;
    const body: JournalBody = { seq, done: [...this.#done], failed: [...this.#failed], open: [...this.#open] };
    const path = revisionPath(this.#revision, seq % 2 === 1 ? 'journal-a.json' : 'journal-b.json');
    return { path, bytes: encodeDocument(path, body) };
  }
}
