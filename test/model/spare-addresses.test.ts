import { describe, expect, it } from 'vitest';
import { lowerHalf, spareAddresses } from '../../src/model/spare-addresses.ts';

describe('addresses an engine leaves alone', () => {
  const subnet = '10.1.2.0/24';
  it.each([
    ['a half', { subnet, ipRange: '10.1.2.0/25' }, 127, '10.1.2.128', '10.1.2.254'],
    ['a range that begins later', { subnet, ipRange: '10.1.2.64/26' }, 127, '10.1.2.128', '10.1.2.254'],
    ['a large one', { subnet: '172.19.0.0/16', ipRange: '172.19.0.0/17' }, 32767, '172.19.128.0', '172.19.255.254'],
  ])('%s', (_name, config, size, first, last) => {
    const spare = spareAddresses([config]);
    expect([spare?.size, spare?.at(0), spare?.at(size - 1), spare?.at(size)]).toEqual([size, first, last, undefined]);
    expect(['::1', '10.1.2.5', first, last].map((a) => spare?.slotOf(a))).toEqual([undefined, undefined, 0, size - 1]);
  });

  it.each([
    ['no range', [{ subnet }]],
    ['the whole subnet', [{ subnet, ipRange: subnet }]],
    ['two subnets', [{ subnet, ipRange: '10.1.2.0/25' }, { subnet: 'fd00::/64' }]],
    ['a gateway among them', [{ subnet, ipRange: '10.1.2.0/25', gateway: '10.1.2.254' }]],
    ['IPv6', [{ subnet: 'fd00::/64', ipRange: 'fd00::/65' }]],
    ['nothing said', []],
  ])('are none with %s', (_name, subnets) => {
    expect(spareAddresses(subnets)).toBeUndefined();
  });

  it.each([
    ['10.0.5.0/24', '10.0.5.0/25'],
    ['172.17.0.0/16', '172.17.0.0/17'],
    ['10.0.0.0/30', undefined],
    ['fd00::/64', undefined],
  ])('the engine keeps of %s: %s', (subnet, half) => {
    expect(lowerHalf(subnet)).toBe(half);
  });
});
