import { describe, expect, it } from 'vitest';
import { constraintText, parseConstraint } from '../../src/model/constraint.ts';
import { isWithinBlock } from '../../src/model/ip.ts';
import { isSameTaint, parseTaints, taintText } from '../../src/model/taint.ts';

describe('constraints', () => {
  it.each([
    ['node.labels.disk==ssd', { key: 'node.labels.disk', operator: '==', value: 'ssd' }],
    ['  node.role  !=  manager ', { key: 'node.role', operator: '!=', value: 'manager' }],
    ['node.hostname == web 1', { key: 'node.hostname', operator: '==', value: 'web 1' }],
    ['node.labels.disk=ssd', undefined],
    ['== ssd', undefined],
    ['node.labels.disk ==', undefined],
    ['node.labels.d%sk == ssd', undefined],
    ['node.labels.disk == <ssd>', undefined],
  ])('%j', (text, expected) => expect(parseConstraint(text)).toEqual(expected));

  it('are written back as they are read', () => {
    expect(constraintText({ key: 'node.role', operator: '!=', value: 'manager' })).toBe('node.role != manager');
  });
});

describe('addresses', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['10.1.0.0/16', '10.1.200.1', true],
    ['10.1.0.0/16', '10.2.0.1', false],
    ['0.0.0.0/0', '192.0.2.1', true],
    ['2001:db8:0::1', '2001:db8::1', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '10.0.0.1', false],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['10.0.0.0/33', '10.0.0.1', undefined],
    ['10.0.0', '10.0.0.1', undefined],
    ['10.0.0.0/8/8', '10.0.0.1', undefined],
    ['10.0.0.0/8', '', false],
  ])('%s holds %s: %s', (block, address, expected) => expect(isWithinBlock(block, address)).toBe(expected));
});

describe('taints', () => {
  it('are put on and taken off', () => {
    expect(parseTaints(['gpu=yes:NoSchedule', 'slow:PreferNoSchedule', 'old:NoExecute-', 'any-'])).toEqual({
      add: [
        { key: 'gpu', value: 'yes', effect: 'NoSchedule' },
        { key: 'slow', effect: 'PreferNoSchedule' },
      ],
      remove: [{ key: 'old', effect: 'NoExecute' }, { key: 'any' }],
    });
  });

  it.each([
    ['no effect', ['gpu=yes']],
    ['an effect there is not', ['gpu:Never']],
    ['a key that is none', ['-gpu:NoSchedule']],
    ['twice the same', ['gpu=a:NoSchedule', 'gpu=b:NoSchedule']],
  ])('are refused with %s', (_name, texts) => expect(parseTaints(texts)).toBeUndefined());

  it('are the same with the same key and effect', () => {
    const gpu = { key: 'gpu', value: 'a', effect: 'NoSchedule' as const };
    expect(isSameTaint(gpu, { ...gpu, value: 'b' })).toBe(true);
    expect(taintText(gpu)).toBe('gpu=a:NoSchedule');
  });
});
