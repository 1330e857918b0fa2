import type { Claim } from './claim.ts';
import { ageSeconds } from './errors.ts';
import { isGone } from './holder.ts';

/** Room for the pauses and the load of a holder that is alive. */
const CLOCK_FACTOR = 1.5;

/**
 * Tells whether the holder of a lock is dead, without comparing clocks of two machines: by the signs of life that do
 * not change while this process watches, by their age on the engine that keeps them, or because the holder was a
 * process of this very machine that is gone.
 */
export class LockWatch {
  #key = '';
  #sinceMs = 0;

  /** @param nowMs of this process's monotonic clock */
  isExpired(claims: readonly Claim[], nowMs: number): boolean {
    const readable = claims.filter((claim) => claim.data !== undefined);
    const [first] = readable;
    if (first?.data === undefined || readable.length < claims.length) return false;
    const { leaseSeconds, process } = first.data;
    if (isGone(process)) return true;
    if (readable.every((claim) => ageSeconds(claim) > leaseSeconds * CLOCK_FACTOR)) return true;
    const key = readable.map((claim) => `${claim.host} ${claim.id} ${claim.beat?.count ?? '-'}`).join('\n');
    if (key !== this.#key) {
      this.#key = key;
      this.#sinceMs = nowMs;
      return false;
    }
    return nowMs - this.#sinceMs > leaseSeconds * 1000;
  }
}
