import { Readable } from 'node:stream';

/** A stream of any make as one of Node's; undefined for what is no stream. */
export function asReadable(value: object): Readable | undefined {
  if (value instanceof Readable) return value;
  return Symbol.asyncIterator in value ? Readable.from(value as AsyncIterable<Uint8Array>) : undefined;
}
