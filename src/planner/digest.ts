import { canonicalJson } from '../model/canonical.ts';
import { sha256Hex } from '../model/spec-hash.ts';

/** SHA-256 in hex over the canonical JSON of a value. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** `sha256:…` over a text, the form payloads are found by. */
export function textDigest(text: string): string {
  return `sha256:${sha256Hex(text)}`;
}
