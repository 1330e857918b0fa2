import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  type Quantity,
  quantityFromInt,
  quantityFromMilli,
  quantityFromScalar,
  quantityMilliValue,
  quantityText,
  quantityValue,
  roundUpQuantity,
  subtractQuantities,
} from '../../../src/model/kubernetes/quantity.ts';
import type { Kind } from './case.ts';

function quantity(text: string): Quantity {
  const found = parseQuantity(text);
  if (!found) throw new Error(`no quantity: ${text}`);
  return found;
}

/** The expected text when the amounts are equal, else what came out. */
const sameAmount = (expected: string, actual: Quantity) =>
  compareQuantities(actual, quantity(expected)) === 0 ? expected : canonicalQuantity(actual);

export const kinds: Record<string, Kind> = {
  parse: ({ in: text }) => {
    const found = parseQuantity(text);
    if (!found) return { error: true };
    return {
      canonical: canonicalQuantity(found),
      format: found.format,
      value: `${quantityValue(found)}`,
      milliValue: `${quantityMilliValue(found)}`,
    };
  },
  cmp: ({ x, y }) => ({ cmp: compareQuantities(quantity(x), quantity(y)) }),
  add: ({ a, b }, { equals }) => ({ equals: sameAmount(equals, addQuantities(quantity(a), quantity(b))) }),
  sub: ({ a, b }, { equals }) => ({ equals: sameAmount(equals, subtractQuantities(quantity(a), quantity(b))) }),
  roundup: ({ in: text, scale }, { equals }) => {
    const { quantity: rounded, exact } = roundUpQuantity(quantity(text), scale);
    return { equals: sameAmount(equals, rounded), exact };
  },
  json: ({ json }) => {
    const found = quantityFromScalar(JSON.parse(json) ?? '0');
    return found ? { canonical: quantityText(found) } : { error: true };
  },
  'from-milli': ({ milli, format }) => ({ canonical: canonicalQuantity(quantityFromMilli(milli, format)) }),
  'from-int': ({ value, format }) => ({ canonical: canonicalQuantity(quantityFromInt(value, format)) }),
};
