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
  const gateway = numberOf(only?.gateway ?? '') ?? 0;
  if (range.first < subnet.first || size <= 0 || (gateway >= first && gateway < subnet.last)) return undefined;
  return {
    size,
    at: (slot) => (slot < size ? textOf(first + slot) : undefined),
    slotOf: (address) => {
      const slot = (numberOf(address) ?? -1) - first;
      return slot >= 0 && slot < size ? slot : undefined;
    },
  };
}

/** The half of a subnet that is left to the engine, so that the other is spare; undefined where there is not enough. */
export function lowerHalf(subnet: string): string | undefined {
  const block = blockOf(subnet);
  if (block === undefined || block.prefix > LONGEST_PREFIX) return undefined;
  return `${textOf(block.first)}/${block.prefix + 1}`;
}

function blockOf(subnet: string | undefined): { first: number; last: number; prefix: number } | undefined {
  const [base = '', length = ''] = (subnet ?? '').split('/');
  const [number, prefix] = [numberOf(base), Number(length)];
  if (number === undefined || !/^\d+$/.test(length) || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const first = number - (number % size);
  return { first, last: first + size - 1, prefix };
}

function numberOf(address: string): number | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
