import { canonicalJson } from '../model/canonical.ts';
import type { DesiredState } from '../model/desired.ts';
import type { LiveState } from '../model/live.ts';
import { sha256Hex } from '../model/spec-hash.ts';

/** SHA-256 in hex over the canonical JSON of a value. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** `sha256:…` over a text, the form payloads are found by. */
export function textDigest(text: string): string {
  return `sha256:${sha256Hex(text)}`;
}

/** Digest over what a plan is made from, besides what is live; the order in which hosts are named is none of it. */
export function inputDigest(desired: DesiredState, live: LiveState, images: Readonly<Record<string, string>>): string {
  const hosts = live.hosts.map((h) => h.entry).sort((a, b) => (a.name < b.name ? -1 : 1));
  return `sha256:${digestOf({ desired, hosts, images })}`;
}
