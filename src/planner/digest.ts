import { createHash } from 'node:crypto';
import { canonicalJson } from '../model/canonical.ts';

/** SHA-256 in hex over the canonical JSON of a value. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** `sha256:…` over a text, the form payloads are found by. */
export function textDigest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
