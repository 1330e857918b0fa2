import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeDocument, encodeDocument } from '../../../src/executors/ledger/document.ts';

const paths = fc.constantFrom('a.json', 'a.json.gz');

describe('a document', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(paths, fc.jsonValue(), (path, value) => {
        const decoded = decodeDocument(path, encodeDocument(path, { value }));
        expect(decoded).toMatchObject({ type: 'ok', body: JSON.parse(JSON.stringify({ value })) });
      }),
      { examples: [['a.json', JSON.parse('{"__proto__":0}')]] },
    );
  });

  test('with any one bit flipped is recognised, or reads the same', () => {
    const body = { number: 41, desired: { stack: 'shop', list: [1, 'two', { three: 3 }] } };
    fc.assert(
      fc.property(paths, fc.nat(), fc.nat(7), (path, place, bit) => {
        const bytes = Uint8Array.from(encodeDocument(path, body));
        const index = place % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        const decoded = decodeDocument(path, bytes);
        if (decoded.type === 'ok') expect(decoded.body).toEqual(body);
      }),
      { numRuns: 2000 },
    );
  });

  test('cut short anywhere is recognised', () => {
    for (const path of ['a.json', 'a.json.gz']) {
      const bytes = encodeDocument(path, { number: 41 });
      for (let length = 0; length < bytes.length - 1; length++) {
        expect(decodeDocument(path, bytes.slice(0, length)).type, `${path} cut at ${length}`).toBe('corrupt');
      }
    }
  });

  test('of a later format is named as such', () => {
    const text = JSON.stringify({ format: 2, sha256: 'x', other: true });
    expect(decodeDocument('a.json', Buffer.from(text))).toEqual({ type: 'newer', format: 2 });
  });

  test.each(['null', '[]', '1', '"x"', '{}', '{"format":1}'])('%s is none', (text) => {
    expect(decodeDocument('a.json', Buffer.from(text)).type).toBe('corrupt');
  });
});
