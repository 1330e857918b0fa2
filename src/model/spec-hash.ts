import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import { IDENTITY_LABELS } from './labels.ts';
import type { ContainerSpec } from './spec.ts';

/** All of ours but `restarted`, which is there to make another container. */

/** SHA-256 (hex) of a text or of bytes. */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * The specification as it stands in the `LABEL.spec` label: canonical JSON without the identity labels, so that
 * stack, revision and the hash itself do not make two equal containers differ.
 */
export function specText(spec: ContainerSpec): string {
  const labels = Object.fromEntries(Object.entries(spec.labels).filter(([key]) => !IDENTITY_LABELS.has(key)));
  return canonicalJson({ ...spec, labels });
}

/** SHA-256 (hex) of `specText(spec)`: equal specifications have equal hashes, on any machine. */
export function specHash(spec: ContainerSpec): string {
  return sha256Hex(specText(spec));
}
