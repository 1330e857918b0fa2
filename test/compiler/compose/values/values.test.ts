import { describe, expect, it } from 'vitest';
import { parseBytes } from '../../../../src/compiler/compose/values/bytes.ts';
import { formatDuration, parseDuration } from '../../../../src/compiler/compose/values/duration.ts';
import { cleanPath, isWindowsAbsolute, joinPath } from '../../../../src/compiler/compose/values/file-path.ts';
import { formatFloat, shortestFloat32 } from '../../../../src/compiler/compose/values/format.ts';
import { isIpAddress } from '../../../../src/compiler/compose/values/ip.ts';
import { parsePortSpec } from '../../../../src/compiler/compose/values/port.ts';
import { splitCommand } from '../../../../src/compiler/compose/values/shell-words.ts';
import { parseVolumeSpec } from '../../../../src/compiler/compose/values/volume.ts';

describe('sizes', () => {
  it.each([
    ['0', 0],
    ['32', 32],
    ['32b', 32],
    ['1k', 1024],
    ['1.5 GiB', 1610612736],
    ['512MB', 536870912],
    ['.3kb', 307],
    ['32.', 32],
    ['1_000', 1000],
    ['-1', undefined],
    ['512Mi', undefined],
    ['32bm', undefined],
    ['b', undefined],
    ['', undefined],
  ])('%j is %s bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });
});

describe('durations', () => {
  it.each([
    ['90s', '1m30s'],
    ['1h30m', '1h30m0s'],
    ['1.5s', '1.5s'],
    ['250ms', '250ms'],
    ['10us', '10µs'],
    ['1d', '24h0m0s'],
    ['1w2d', '216h0m0s'],
    ['0', '0s'],
    ['-5m', '-5m0s'],
    ['.5m', '30s'],
  ])('%s is printed %s', (text, printed) => {
    expect(formatDuration(parseDuration(text) ?? -1n)).toBe(printed);
  });

  it.each(['', '5', '5x', '.s', 's', '1h 2m', 'h1', '99999999h'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('ports', () => {
  const short = (text: string) => {
    const specs = parsePortSpec(text);
    if (typeof specs === 'string') return specs;
    return specs
      .map((p) => `${p.hostIp ? `${p.hostIp}|` : ''}${p.published ?? ''}>${p.target}/${p.protocol}`)
      .join(' ');
  };

  it.each([
    ['80', '>80/tcp'],
    ['80/udp', '>80/udp'],
    ['8080:80', '8080>80/tcp'],
    ['127.0.0.1:8080:80', '127.0.0.1|8080>80/tcp'],
    ['127.0.0.1::80', '127.0.0.1|>80/tcp'],
    ['[::1]:8080:80', '::1|8080>80/tcp'],
    ['8080-8081:80-81', '8080>80/tcp 8081>81/tcp'],
    ['8080-8090:80', '8080-8090>80/tcp'],
    ['9-11', '>10/tcp >11/tcp >9/tcp'],
    ['80/TCP/x', '>80/tcp'],
  ])('%s', (text, printed) => {
    expect(short(text)).toBe(printed);
  });

  it.each(['', '/udp', 'web', '80/http', '65536', '90-80:80', '80-81:80-82', '::1:80:80', 'localhost:80:80', '-1'])(
    '%j is refused',
    (text) => {
      expect(parsePortSpec(text)).toBeTypeOf('string');
    },
  );
});

describe('mounts', () => {
  it.each([
    ['/data', { type: 'volume', target: '/data' }],
    ['data:/var', { type: 'volume', source: 'data', target: '/var' }],
    ['./a:/b:ro,z', { type: 'bind', source: './a', target: '/b', readOnly: true, selinux: 'z' }],
    ['C:\\a:D:\\b:rshared', { type: 'bind', source: 'C:\\a', target: 'D:\\b', propagation: 'rshared' }],
    ['data:/x:nocopy', { type: 'volume', source: 'data', target: '/x', noCopy: true }],
    ['/t/${V:-x}:/u', { type: 'bind', source: '/t/${V:-x}', target: '/u' }],
    ['/a', { type: 'volume', target: '/a', terse: true }],
  ])('%s', (text, spec) => {
    expect(parseVolumeSpec(text)).toEqual(spec);
  });

  it.each(['', ':/x', 'aa::b', 'aa:/b:ro:xx'])('%j is refused', (text) => {
    expect(parseVolumeSpec(text)).toBeTypeOf('string');
  });
});

describe('commands', () => {
  it.each([
    ['a b  c', ['a', 'b', 'c']],
    [`sh -c 'a "b" c'`, ['sh', '-c', 'a "b" c']],
    ['"a\\"b" c\\ d', ['a"b', 'c d']],
    ["''", ['']],
    ['a | b', ['a']],
    ['a 2>x', ['a']],
    ['echo $(date)', ['echo', '$(date)']],
    ['', []],
  ])('%s', (line, words) => {
    expect(splitCommand(line)).toEqual(words);
  });

  it.each(['"a', "it's", 'a (b)', 'a\\'])('%j is refused', (line) => {
    expect(splitCommand(line)).toBeUndefined();
  });
});

describe('paths, numbers, addresses', () => {
  it('cleans and joins as Go does', () => {
    expect([cleanPath('/a/../b/'), cleanPath(''), joinPath('.', './x'), joinPath('../b', 'x'), joinPath('')]).toEqual([
      '/b',
      '.',
      'x',
      '../b/x',
      '',
    ]);
  });

  it('knows absolute paths of Windows', () => {
    expect(['C:\\a', 'C:a', '\\\\host\\share', '\\a', '/a'].map(isWindowsAbsolute)).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it('prints floats as Go does', () => {
    expect([1.1, 123456, 1e6, 0.0001, 0.00001, Number.POSITIVE_INFINITY].map(formatFloat)).toEqual([
      '1.1',
      '123456',
      '1e+06',
      '0.0001',
      '1e-05',
      '+Inf',
    ]);
    expect([0.1, 1.7, 1 / 3].map(shortestFloat32)).toEqual([0.1, 1.7, 0.33333334]);
  });

  it('takes addresses without leading zeros and zones', () => {
    expect(['1.2.3.4', '01.2.3.4', '::1', 'fe80::1%eth0', '::ffff:1.2.3.4', '1.2.3'].map(isIpAddress)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  });
});
