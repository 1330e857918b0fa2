import { isIpv4, isIpv6 } from './kubernetes/names.ts';

/** An address as a number of 128 bits; an IPv4 one is its mapped IPv6 address. */
export function addressBits(text: string): bigint | undefined {
  if (isIpv4(text)) return (0xffffn << 32n) | ipv4Bits(text);
  return isIpv6(text) ? ipv6Bits(text) : undefined;
}

/**
 * Is the address the one, or in the block, that the expression names?
 *
 * @returns undefined when the expression is neither an address nor a block
 */
export function isWithinBlock(expression: string, address: string): boolean | undefined {
  const [base = '', prefix, ...rest] = expression.split('/');
  const network = addressBits(base);
  const size = isIpv4(base) ? 32 : 128;
  const bits = prefix === undefined ? size : /^[0-9]{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (network === undefined || rest.length > 0 || bits < 0 || bits > size) return undefined;
  const found = addressBits(address);
  if (found === undefined || isMapped(found) !== isMapped(network)) return false;
  const shift = BigInt(size - bits);
  return found >> shift === network >> shift;
}

function isMapped(bits: bigint): boolean {
  return bits >> 32n === 0xffffn;
}

function ipv4Bits(text: string): bigint {
  return text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function ipv6Bits(text: string): bigint {
  const [head = '', tail] = text.split('::').map(groups);
  const left = Array.isArray(head) ? head : [];
  const right = Array.isArray(tail) ? tail : [];
  const zeros = new Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...zeros, ...right].reduce((bits, group) => (bits << 16n) | group, 0n);
}

function groups(half: string): bigint[] {
  if (half === '') return [];
  return half.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const bits = ipv4Bits(group);
    return [bits >> 16n, bits & 0xffffn];
  });
}

/** An IPv4 address as a number of 32 bits; undefined when it is none. */
export function ipv4Number(address: string): number | undefined {
  return isIpv4(address) ? Number(ipv4Bits(address)) : undefined;
}

export function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
