import { describe, expect, it } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  quantityFromScalar,
  quantityMilliValue,
  quantityText,
  quantityValue,
  roundUpQuantity,
  subtractQuantities,
} from '../../../src/model/kubernetes/quantity.ts';

function read(text: string) {
  const quantity = parseQuantity(text);
  if (!quantity) throw new Error(`not a quantity: ${text}`);
  return quantity;
}

describe('quantities', () => {
  it.each([
    ['0.5', '500m'],
    ['1.5Gi', '1536Mi'],
    ['1e3', '1e3'],
    ['1.20e3', '1200'],
    ['2048Ki', '2Mi'],
    ['0.1n', '1n'],
    ['10Ei', '9223372036854775807'],
    ['0Mi', '0'],
    ['-1024Mi', '-1Gi'],
    ['1000000000000000000000', '1000E'],
  ])('%s is %s in canonical form', (text, expected) => {
    expect(canonicalQuantity(read(text))).toBe(expected);
  });

  it.each(['', '1K', '10GB', '2Gib', '1 Gi', '100 m', '1e', 'Gi1', '1..2', '0x10'])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it.each([
    ['1.Gi', '1.Gi'],
    ['1100m', '1100m'],
    ['1000m', '1'],
    ['0.25', '250m'],
  ])('%s is written back as %s', (text, expected) => {
    expect(quantityText(read(text))).toBe(expected);
  });

  it('reads scalars as JSON decoding does', () => {
    expect(quantityText(quantityFromScalar(' 1 ') ?? read('9'))).toBe('1');
    expect(quantityText(quantityFromScalar(0.1) ?? read('9'))).toBe('100m');
    expect(quantityText(quantityFromScalar(1000) ?? read('9'))).toBe('1k');
  });

  it('computes exactly', () => {
    expect(canonicalQuantity(addQuantities(read('100m'), read('1.9')))).toBe('2');
    expect(canonicalQuantity(subtractQuantities(read('1Gi'), read('512Mi')))).toBe('512Mi');
    expect(compareQuantities(read('1Gi'), read('1G'))).toBe(1);
    expect(quantityValue(read('1500m'))).toBe(2n);
    expect(quantityMilliValue(read('1u'))).toBe(1n);
    expect(roundUpQuantity(read('9.01'), 0)).toMatchObject({ quantity: { value: 10n }, exact: false });
  });
});
