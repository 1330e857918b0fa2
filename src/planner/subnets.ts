import type { Diagnostic } from '../model/diagnostic.ts';
import type { LiveHost } from '../model/live.ts';
import type { NetworkUse } from './networks.ts';

/** Addresses of a subnet as numbers, first and last. */
interface Range {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Subnets the file asks for that overlap with one another, or with those of other networks where they are to be: an
 * engine refuses them only once it is told to create them, when the old network may be gone.
 */
export function subnetProblems(
  uses: readonly NetworkUse[],
  hosts: ReadonlyMap<string, LiveHost>,
): readonly Diagnostic[] {
  const problems = new Map<string, Diagnostic>();
  const own = uses.filter(({ network }) => !network.external);
  own.forEach((use, index) => {
    for (const subnet of subnetsOf(use)) {
      const twin = own
        .slice(index + 1)
        .find((other) => sharesHost(use, other) && overlapsAny(subnet, subnetsOf(other)));
      if (twin !== undefined)
        problems.set(use.spec.name, overlap(use, subnet, `network ${twin.spec.name} of the file`));
      for (const { where, taken } of liveSubnets(use, hosts)) {
        if (overlaps(subnet, taken)) problems.set(use.spec.name, overlap(use, subnet, `${where} (${taken})`));
      }
    }
  });
  return [...problems.values()];
}

function subnetsOf({ network }: NetworkUse): string[] {
  return network.ipam.config.flatMap(({ subnet }) => (subnet === undefined ? [] : [subnet]));
}

function isOverlay({ spec }: NetworkUse): boolean {
  return spec.driver === 'overlay';
}

function sharesHost(one: NetworkUse, other: NetworkUse): boolean {
  return isOverlay(one) === isOverlay(other) && one.hosts.some((host) => other.hosts.includes(host));
}

/** What a network would meet: bridges on its hosts, or the overlays of the swarm. */
function liveSubnets(use: NetworkUse, hosts: ReadonlyMap<string, LiveHost>) {
  const scope = isOverlay(use) ? 'swarm' : 'local';
  return use.hosts.flatMap((name) =>
    (hosts.get(name)?.networks ?? [])
      .filter((live) => live.scope === scope && live.name !== use.spec.name)
      .flatMap((live) =>
        live.subnets.flatMap(({ subnet }) =>
          subnet === undefined ? [] : [{ where: `network ${live.name} on ${name}`, taken: subnet }],
        ),
      ),
  );
}

function overlapsAny(subnet: string, others: readonly string[]): boolean {
  return others.some((other) => overlaps(subnet, other));
}

/** True when two subnets (`10.1.0.0/16`, `fd00::/64`) share an address; false for what is no subnet. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a !== undefined && b !== undefined && a.bits === b.bits && a.first <= b.last && b.first <= a.last;
}

function rangeOf(subnet: string): Range | undefined {
  const [address = '', length = ''] = subnet.split('/');
  const bits = address.includes(':') ? 128 : 32;
  const value = bits === 32 ? ipv4(address) : ipv6(address);
  if (value === undefined || !/^\d+$/.test(length) || Number(length) > bits) return undefined;
  const size = 1n << BigInt(bits - Number(length));
  const first = value - (value % size);
  return { bits, first, last: first + size - 1n };
}

function ipv4(address: string): bigint | undefined {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function ipv6(address: string): bigint | undefined {
  const [head = '', tail] = address.split('::', 2);
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [
    ...groups(head),
    ...Array<string>(tail === undefined ? 0 : Math.max(missing, 0)).fill('0'),
    ...groups(tail),
  ];
  if (all.length !== 8 || all.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((sum, group) => sum * 65_536n + BigInt(Number.parseInt(group, 16)), 0n);
}

function overlap({ spec }: NetworkUse, subnet: string, other: string): Diagnostic {
  return {
    severity: 'error',
    code: 'plan/subnet-overlap',
    message: 'the subnet of a network is taken',
    where: `network ${spec.name}, ${subnet}`,
    why: `it overlaps with ${other}`,
    fix: 'give it a free subnet (ipam.config), or leave the choice to the engine',
  };
}
