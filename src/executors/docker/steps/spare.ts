import { setTimeout as sleep } from 'node:timers/promises';
import type { Ipam } from '../../../model/desired.ts';
import { lowerHalf, type SpareAddresses, spareAddresses } from '../../../model/spare-addresses.ts';
import type { HeldNames } from '../../../model/step.ts';
import type { RunContext, StepScope } from './types.ts';

interface IpamAnswer {
  readonly Config: readonly { readonly Subnet?: string; readonly Gateway?: string; readonly IPRange?: string }[] | null;
}

/** Networks made in a run, by name (an overlay) or `host name`: the next plan finds them by itself. */
const made = new WeakMap<RunContext, Map<string, SpareAddresses>>();

/** The address that was meant; undefined when the network turned out to have none to spare. */
export function addressOf({ network, address, slot }: HeldNames, { context, host }: StepScope): string | undefined {
  if (address !== undefined || slot === undefined) return address;
  const known = made.get(context);
  return (known?.get(network) ?? known?.get(`${host.name} ${network}`))?.at(slot);
}

export function rememberSpare(name: string, isOverlay: boolean, ipam: Ipam, { context, host }: StepScope): void {
  const spare = spareAddresses(ipam.config);
  if (spare === undefined) return;
  const known = made.get(context) ?? new Map<string, SpareAddresses>();
  known.set(isOverlay ? name : `${host.name} ${name}`, spare);
  made.set(context, known);
}

const ASK_MS = 100;
const PATIENCE_MS = 10_000;

/**
 * Addresses for a network that exists, as its engine has chosen them, so that the same can be asked for with half of
 * them kept back: only in a subnet that was asked for may a container have an address of its own.
 *
 * @returns undefined when the engine gave no IPv4 subnet that is large enough
 */
export async function dividedIpam(network: string, own: Ipam, { host, signal }: StepScope): Promise<Ipam | undefined> {
  for (let waitedMs = 0; waitedMs <= PATIENCE_MS; waitedMs += ASK_MS) {
    const { IPAM } = await host.get<{ IPAM: IpamAnswer }>(`/networks/${encodeURIComponent(network)}`, undefined, {
      signal,
    });
    const subnet = IPAM.Config?.[0]?.Subnet;
    if (subnet !== undefined && subnet !== '') {
      const ipRange = IPAM.Config?.length === 1 ? lowerHalf(subnet) : undefined;
      return ipRange === undefined ? undefined : { ...own, config: [{ subnet, ipRange }] };
    }
    await sleep(ASK_MS, undefined, { signal });
  }
  return undefined;
}
