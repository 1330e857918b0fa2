import { ipv4Number, ipv4Text } from './ip.ts';
import type { LiveNetwork } from './live.ts';

/** Addresses of a subnet, counted from 0, that an engine never gives away by itself. */
export interface SpareAddresses {
  readonly size: number;
  /** The address of a slot; undefined beyond the last. */
  at(slot: number): string | undefined;
  /** The slot of an address; undefined for one that is not spare. */
  slotOf(address: string): number | undefined;
}

/** A part smaller than this is not worth having. */
const LONGEST_PREFIX = 28;

/**
 * What of a network's subnet lies behind the range the engine gives addresses from (`IPRange`). An address from there
 * can be asked for and stays a container's through restarts, since nobody else gets it.
 *
 * @returns undefined for a network without such a range, or with more than one subnet
 */
export function spareAddresses(subnets: LiveNetwork['subnets']): SpareAddresses | undefined {
  const [only, ...others] = subnets;
  const [subnet, range] = [blockOf(only?.subnet), blockOf(only?.ipRange)];
  if (subnet === undefined || range === undefined || others.length > 0) return undefined;
  const first = range.last + 1;
  const size = subnet.last - first;
  const gateway = ipv4Number(only?.gateway ?? '') ?? 0;
  if (range.first < subnet.first || size <= 0 || (gateway >= first && gateway < subnet.last)) return undefined;
  return {
    size,
    at: (slot) => (slot < size ? ipv4Text(first + slot) : undefined),
    slotOf: (address) => {
      const slot = (ipv4Number(address) ?? -1) - first;
      return slot >= 0 && slot < size ? slot : undefined;
    },
  };
}

/** The half of a subnet that is left to the engine, so that the other is spare; undefined where there is not enough. */
export function lowerHalf(subnet: string): string | undefined {
  const block = blockOf(subnet);
  if (block === undefined || block.prefix > LONGEST_PREFIX) return undefined;
  return `${ipv4Text(block.first)}/${block.prefix + 1}`;
}

function blockOf(subnet: string | undefined): { first: number; last: number; prefix: number } | undefined {
  const [base = '', length = ''] = (subnet ?? '').split('/');
  const [number, prefix] = [ipv4Number(base), Number(length)];
  if (number === undefined || !/^\d+$/.test(length) || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const first = number - (number % size);
  return { first, last: first + size - 1, prefix };
}
