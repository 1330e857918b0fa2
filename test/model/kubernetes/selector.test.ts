import { describe, expect, it } from 'vitest';
import { expandReferences, expandSome } from '../../../src/model/kubernetes/expand.ts';
import { scaledValue } from '../../../src/model/kubernetes/int-or-percent.ts';
import { cidr, ipAddress, isStrictlyInside, qualifiedName } from '../../../src/model/kubernetes/names.ts';
import { matchesSelector, selectorText } from '../../../src/model/kubernetes/selector.ts';
import { parseSelector } from '../../../src/model/kubernetes/selector-text.ts';

describe('selectors', () => {
  it.each([
    ['b,a', 'a,b'],
    ['x in (b,a, )', 'x in (,a,b)'],
    ['!x , y!=1', '!x,y!=1'],
    ['n>1,m<2', 'm<2,n>1'],
  ])('%s reads as %s', (text, expected) => {
    expect(selectorText(parseSelector(text) ?? [])).toBe(expected);
  });

  it.each(['x in a', 'x in (a', '!x=1', 'x=1,', '>', 'x>a', 'x y'])('%s is none', (text) => {
    expect(parseSelector(text)).toBeUndefined();
  });

  it('matches labels', () => {
    const labels = { app: 'web', size: '10' };
    const matches = (text: string) => matchesSelector(parseSelector(text) ?? 'nothing', labels);
    expect([matches('app=web,size>9'), matches('app notin (web)'), matches('!other'), matches('size<x')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(matchesSelector('nothing', labels)).toBe(false);
  });
});

describe('names and numbers', () => {
  it.each([
    ['10.0.0.0/8', true],
    ['10.0.0.0/33', false],
    ['2001:db8::/32', true],
    ['10.0.0.0', false],
  ])('%s is a block: %s', (text, valid) => {
    expect(cidr(text).length === 0).toBe(valid);
  });

  it.each(['::', '::1', '1::', '1:2:3:4:5:6:7:8', '::ffff:10.0.0.1'])('%s is an address', (text) => {
    expect(ipAddress(text)).toEqual([]);
  });

  it.each(['1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', ':::', '1::2::3', '10.0.0', 'fe80::1%eth0'])('%s is none', (text) => {
    expect(ipAddress(text)).not.toEqual([]);
  });

  it('knows parts of blocks', () => {
    expect(isStrictlyInside('10.1.0.0/16', '10.0.0.0/8')).toBe(true);
    expect(isStrictlyInside('10.0.0.0/8', '10.0.0.0/8')).toBe(false);
    expect(isStrictlyInside('11.0.0.0/16', '10.0.0.0/8')).toBe(false);
    expect(isStrictlyInside('2001:db8:1::/48', '2001:db8::/32')).toBe(true);
  });

  it('knows label keys', () => {
    expect(qualifiedName('example.com/name')).toEqual([]);
    for (const bad of ['a/b/c', '/b', 'A_/b', 'a/', '-a']) expect(qualifiedName(bad)).not.toEqual([]);
  });

  it('takes shares up and down', () => {
    expect([scaledValue('25%', 10, true), scaledValue('25%', 10, false), scaledValue(3, 10, true)]).toEqual([3, 2, 3]);
    expect(scaledValue('x%', 10, true)).toBeUndefined();
  });
});

describe('references to variables', () => {
  const lookup = (name: string) => ({ A: 'a', B: '$(A)' })[name];
  it.each([
    ['$(A)-$(C)', 'a-$(C)'],
    ['$$(A) $$5 $5', '$(A) $5 $5'],
    ['$(B)', '$(A)'],
  ])('%s expands to %s', (text, expected) => {
    expect(expandReferences(text, lookup)).toBe(expected);
  });

  it('expands in two goes to the same as in one', () => {
    const text = '$(A) $(B) $(C) $$(A)';
    const later = (name: string) => ({ C: 'c' })[name];
    expect(expandReferences(expandSome(text, lookup), later)).toBe('a $(A) c $(A)');
  });
});
