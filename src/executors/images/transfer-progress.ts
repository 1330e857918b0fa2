import { formatBytes } from './amount.ts';

const EVERY_MS = 250;

/** Tells how far a transfer is: bytes, rate, and for an image how many of its layers are sent. */
export class TransferProgress {
  readonly #total: number;
  readonly #layers: string;
  readonly #tell: (text: string) => void;
  readonly #startedMs = performance.now();
  #sent = 0;
  #toldMs = 0;

  constructor(
    total: number,
    layers: { readonly layers: number; readonly present: number } | undefined,
    tell: (text: string) => void,
  ) {
    this.#total = total;
    this.#layers = layers === undefined ? '' : `, ${layers.layers - layers.present} of ${layers.layers} layers`;
    this.#tell = tell;
    tell(`sending ${formatBytes(total)}${this.#layers}`);
  }

  add(bytes: number): void {
    this.#sent += bytes;
    const now = performance.now();
    if (now - this.#toldMs < EVERY_MS && this.#sent < this.#total) return;
    this.#toldMs = now;
    const rate = (this.#sent / Math.max(1, now - this.#startedMs)) * 1000;
    this.#tell(`${formatBytes(this.#sent)} of ${formatBytes(this.#total)}, ${formatBytes(rate)}/s${this.#layers}`);
  }
}
