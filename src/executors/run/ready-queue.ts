import type { Step } from '../../model/step.ts';
import { type LimitedSlot, type Slot, type SlotLimits, slotOf } from './limits.ts';

/** Steps whose predecessors are done, most urgent first, handed out while their host has a free slot. */
export class ReadyQueue {
  readonly #urgency: ReadonlyMap<number, number>;
  readonly #limitsOf: (host: string) => SlotLimits;
  readonly #waiting = new Map<string, Step[]>();
  readonly #used = new Map<string, number>();

  constructor(urgency: ReadonlyMap<number, number>, limitsOf: (host: string) => SlotLimits) {
    this.#urgency = urgency;
    this.#limitsOf = limitsOf;
  }

  add(step: Step): void {
    const key = slotKey(step);
    const queue = this.#waiting.get(key) ?? [];
    const place = queue.findIndex((other) => this.#isBefore(step, other));
    queue.splice(place === -1 ? queue.length : place, 0, step);
    this.#waiting.set(key, queue);
  }

  /** The steps that may start now; each takes its slot until `release`. */
  take(): Step[] {
    const taken: Step[] = [];
    for (const [key, queue] of this.#waiting) {
      const [slot, host] = key.split(' ', 2) as [Slot, string];
      const used = this.#used.get(key) ?? 0;
      const now = queue.splice(0, Math.max(0, this.#limit(slot, host) - used));
      this.#used.set(key, used + now.length);
      taken.push(...now);
    }
    return taken.sort((a, b) => (this.#isBefore(a, b) ? -1 : 1));
  }

  release(step: Step): void {
    const key = slotKey(step);
    this.#used.set(key, (this.#used.get(key) ?? 1) - 1);
  }

  #limit(slot: Slot, host: string): number {
    if (slot === 'free') return Number.POSITIVE_INFINITY;
    if (slot === 'late') return this.#isBusy(host) ? 0 : Number.POSITIVE_INFINITY;
    return this.#limitsOf(host)[slot];
  }

  #isBusy(host: string): boolean {
    const slots: readonly LimitedSlot[] = ['engine', 'create', 'start', 'transfer'];
    return slots.some((slot) => {
      const key = `${slot} ${host}`;
      return (this.#used.get(key) ?? 0) > 0 || (this.#waiting.get(key)?.length ?? 0) > 0;
    });
  }

  #isBefore(a: Step, b: Step): boolean {
    const difference = (this.#urgency.get(b.id) ?? 0) - (this.#urgency.get(a.id) ?? 0);
    return difference === 0 ? a.id < b.id : difference < 0;
  }
}

function slotKey(step: Step): string {
  return `${slotOf(step)} ${step.host}`;
}
