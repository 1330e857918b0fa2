const MB = 1_000_000;
const EVERY_MS = 250;

/** Tells how far a transfer is: bytes, rate, and the layers that need not be sent. */
export class TransferProgress {
  readonly #total: number;
  readonly #layers: string;
  readonly #tell: (text: string) => void;
  readonly #startedMs = performance.now();
  #sent = 0;
  #toldMs = 0;

  constructor(
    total: number,
    layers: { readonly layers: number; readonly present: number },
    tell: (text: string) => void,
  ) {
    this.#total = total;
    this.#layers = `${layers.layers - layers.present} of ${layers.layers} layers`;
    this.#tell = tell;
    tell(`sending ${this.#layers}, ${megabytes(total)}`);
  }

  add(bytes: number): void {
    this.#sent += bytes;
    const now = performance.now();
    if (now - this.#toldMs < EVERY_MS && this.#sent < this.#total) return;
    this.#toldMs = now;
    const rate = (this.#sent / Math.max(1, now - this.#startedMs)) * 1000;
    this.#tell(`${megabytes(this.#sent)} of ${megabytes(this.#total)}, ${megabytes(rate)}/s, ${this.#layers}`);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(bytes < 10 * MB ? 1 : 0)} MB`;
}
