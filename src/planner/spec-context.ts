import type { DesiredState } from '../model/desired.ts';
import type { LiveState } from '../model/live.ts';
import { textDigest } from './digest.ts';
import type { SpecContext } from './specs/context.ts';

export interface MutableContext extends SpecContext {
  /** `host\nworkload` → container that owns the network there; filled in dependency order. */
  readonly owners: Map<string, string>;
}

/**
 * What building specifications needs to know of one plan.
 *
 * @param generated takes the texts that are made on the way, by digest
 */
export function specContext(
  desired: DesiredState,
  live: LiveState,
  images: Readonly<Record<string, string>>,
  generated: Record<string, string>,
): MutableContext {
  const addresses = new Map(live.hosts.map((h) => [h.name, h.address]));
  const owners = new Map<string, string>();
  return {
    stack: desired.stack,
    desired,
    images,
    owners,
    networkOwner: (workload, host) => owners.get(`${host}\n${workload}`),
    hostAddress: (host) => addresses.get(host),
    generate: (text) => {
      const digest = textDigest(text);
      generated[digest] = text;
      return digest;
    },
  };
}
