import { randomBytes } from 'node:crypto';
import type { RunEvent } from '../model/events.ts';
import { stepFields } from './log-file.ts';

/** A span as OpenTelemetry names its parts; times are nanoseconds since the epoch, as text. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: 'STATUS_CODE_OK' | 'STATUS_CODE_ERROR'; readonly message?: string };
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Times the steps of a run: one span each, and one around them all. */
export class Trace {
  readonly #traceId = randomBytes(16).toString('hex');
  readonly #root = randomBytes(8).toString('hex');
  readonly #begunMs = Date.now();
  readonly #spans: Span[] = [];
  readonly #retries = new Map<number, number>();

  readonly listener = (event: RunEvent): void => {
    if (event.type === 'step.retry') this.#retries.set(event.step.id, event.attempt);
    if (event.type !== 'step.done' && event.type !== 'step.failed') return;
    const retries = this.#retries.get(event.step.id);
    this.#spans.push({
      traceId: this.#traceId,
      spanId: randomBytes(8).toString('hex'),
      parentSpanId: this.#root,
      name: event.step.kind,
      startTimeUnixNano: nano(event.atMs - event.durationMs),
      endTimeUnixNano: nano(event.atMs),
      status:
        event.type === 'step.done'
          ? { code: 'STATUS_CODE_OK' }
          : { code: 'STATUS_CODE_ERROR', message: event.diagnostic.message },
      attributes: { ...stepFields(event.step), ...(retries !== undefined && { retries }) },
    });
  };

  /** All spans, the one around them first. */
  spans(name: string, attributes: Readonly<Record<string, unknown>>): readonly Span[] {
    const isGood = this.#spans.every(({ status }) => status.code === 'STATUS_CODE_OK');
    const root: Span = {
      traceId: this.#traceId,
      spanId: this.#root,
      name,
      startTimeUnixNano: nano(this.#begunMs),
      endTimeUnixNano: nano(Date.now()),
      status: { code: isGood ? 'STATUS_CODE_OK' : 'STATUS_CODE_ERROR' },
      attributes,
    };
    return [root, ...this.#spans];
  }
}

function nano(ms: number): string {
  return `${Math.round(ms)}000000`;
}
