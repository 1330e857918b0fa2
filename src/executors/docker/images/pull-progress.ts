import { formatBytes } from '../../images/amount.ts';

/** A line of the engine's answer to a pull. */
export interface PullLine {
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

interface Layer {
  isReady: boolean;
  received: number;
  total: number;
}

const EVERY_MS = 250;

/** Adds up what the engine says of each layer: `12 MB of 45 MB, 9.8 MB/s, 3 of 8 layers`. */
export class PullProgress {
  readonly #layers = new Map<string, Layer>();
  readonly #now: () => number;
  readonly #startedMs: number;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startedMs = now();
  }

  /** Takes a line in. Returns what to tell, or undefined when there is nothing new or something was told just now. */
  add({ id, status = '', progressDetail = {} }: PullLine): string | undefined {
    if (id === undefined || /^Pulling from/.test(status)) return undefined;
    const layer = this.#layers.get(id) ?? { isReady: false, received: 0, total: 0 };
    this.#layers.set(id, layer);
    const { current = 0, total = 0 } = progressDetail;
    const isWhole = /^(Download complete|Verifying Checksum|Extracting|Pull complete)$/.test(status);
    if (status === 'Downloading') Object.assign(layer, { received: current, total: Math.max(total, current) });
    else if (isWhole) layer.received = layer.total;
    if (/^(Pull complete|Already exists)$/.test(status)) layer.isReady = true;
    const nowMs = this.#now();
    if (nowMs - this.#toldMs < EVERY_MS && !layer.isReady) return undefined;
    this.#toldMs = nowMs;
    return this.#text(nowMs);
  }

  #text(nowMs: number): string {
    const layers = [...this.#layers.values()];
    const sum = (of: (layer: Layer) => number) => layers.reduce((all, layer) => all + of(layer), 0);
    const [received, total] = [sum((l) => l.received), sum((l) => l.total)];
    const rate = (received / Math.max(1, nowMs - this.#startedMs)) * 1000;
    const bytes = total === 0 ? '' : `${formatBytes(received)} of ${formatBytes(total)}, ${formatBytes(rate)}/s, `;
    return `${bytes}${layers.filter((l) => l.isReady).length} of ${layers.length} layers`;
  }
}
