import type { DesiredState } from '../../model/desired.ts';
import type { LiveHost } from '../../model/live.ts';
import { type SpareAddresses, spareAddresses } from '../../model/spare-addresses.ts';
import type { HeldNames } from '../../model/step.ts';
import type { NetworkUse } from '../networks.ts';

type Address = Pick<HeldNames, 'address' | 'slot'>;

/**
 * Hands out spare addresses of the stack's networks, each once in a plan and none that a container has. It goes on behind
 * the highest in use and begins anew at the end, so that the address of a replica that has just gone is not another's
 * while somebody may still remember it.
 */
export class AddressBook {
  readonly #taken = new Map<string, Set<string>>();
  readonly #slots = new Map<string, number>();

  /** @param replaced `host network` of networks that the plan makes anew */
  constructor(
    private readonly desired: DesiredState,
    private readonly hosts: ReadonlyMap<string, LiveHost>,
    private readonly replaced: ReadonlySet<string>,
  ) {}

  /** The next free address for a container on this host; undefined when the network has none to spare. */
  next(use: NetworkUse, host: string): Address | undefined {
    const key = keyOf(use, host);
    if (use.keepsSpare && !this.#exists(use, host)) {
      const slot = this.#slots.get(key) ?? 0;
      this.#slots.set(key, slot + 1);
      return { slot };
    }
    const spare = this.spareOf(use, host);
    if (spare === undefined) return undefined;
    const taken = this.#takenOn(use, key);
    const first = this.#slots.get(key) ?? 1 + Math.max(-1, ...[...taken].map((address) => spare.slotOf(address) ?? -1));
    for (let slot = first; slot < first + spare.size; slot += 1) {
      const address = spare.at(slot % spare.size);
      if (address === undefined || taken.has(address)) continue;
      this.#slots.set(key, slot + 1);
      taken.add(address);
      return { address };
    }
    return undefined;
  }

  /** True for a network that is there and stays. */
  #exists(use: NetworkUse, host: string): boolean {
    return this.#live(use, host) !== undefined && !this.replaced.has(`${host} ${use.spec.name}`);
  }

  /** Addresses of a network that its engine does not give away; undefined when there are none, or none are known. */
  spareOf(use: NetworkUse, host: string): SpareAddresses | undefined {
    const live = this.#exists(use, host) ? this.#live(use, host) : undefined;
    return spareAddresses(live?.subnets ?? use.network.ipam.config);
  }

  /** An overlay is listed on managers, and on hosts that have a container on it. */
  #live({ spec }: NetworkUse, host: string) {
    const hosts = spec.driver === 'overlay' ? [...this.hosts.values()] : [this.hosts.get(host)];
    return hosts.flatMap((h) => h?.networks ?? []).find((n) => n.name === spec.name && n.driver === spec.driver);
  }

  #takenOn({ spec, network }: NetworkUse, key: string): Set<string> {
    const known = this.#taken.get(key);
    if (known !== undefined) return known;
    const live = [...this.hosts.values()].flatMap((h) => h.containers.flatMap((c) => c.networks));
    const asked = this.desired.workloads.flatMap(({ template }) =>
      template.network.mode === 'networks' ? template.network.attachments : [],
    );
    const taken = new Set([
      ...live.filter((n) => n.name === spec.name).flatMap((n) => [n.ip ?? '', n.fixedIp ?? '']),
      ...asked.filter((a) => a.network === network.id).map((a) => a.ipv4Address ?? ''),
    ]);
    this.#taken.set(key, taken);
    return taken;
  }
}

function keyOf({ spec }: NetworkUse, host: string): string {
  return spec.driver === 'overlay' ? spec.name : `${host} ${spec.name}`;
}
