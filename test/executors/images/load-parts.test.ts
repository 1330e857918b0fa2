import { expect, test } from 'vitest';
import { loadParts, partOf } from '../../../src/executors/images/load-archive.ts';
import type { SavedImage } from '../../../src/executors/images/saved-image.ts';

const MIB = 1024 * 1024;

/** An image of layers of so many MiB, lowest first. */
function image(sizes: readonly number[]): SavedImage {
  const layers = sizes.map((size, i) => ({ diffId: `sha256:${i}`, offset: 0, sizeBytes: size * MIB }));
  return { id: 'sha256:id', config: Buffer.from('{}'), layers, file: '/none' };
}

/** The sizes of each part's layers; one that brings the lowest layer alone has a name before it. */
const shape = (sizes: readonly number[], present: number) =>
  loadParts(image(sizes), present).map(({ layers, isBase }) => [
    ...(isBase ? ['base'] : []),
    ...layers.map((l) => l.sizeBytes / MIB),
  ]);

test.each([
  ['a large lowest layer goes first and alone', [80, 10, 50, 5], 0, [['base', 80], [10, 50], [5]]],
  ['a single large layer is followed by the image without layers', [200], 0, [['base', 200], []]],
  ['a small lowest layer goes with those above it', [2, 3, 40, 1], 0, [[2, 3, 40], [1]]],
  ['a small image goes in one piece', [2, 3], 0, [[2, 3]]],
  ['layers that are there are left out', [80, 10, 50, 5], 2, [[50], [5]]],
  ['nothing but the image goes when all are there', [80, 10], 2, [[]]],
  ['an image without layers is brought as well', [], 0, [[]]],
])('%s', (_name, sizes, present, parts) => {
  expect(shape(sizes, present)).toEqual(parts);
});

test('parts say how many layers their image has, and how large they are', () => {
  const heights = loadParts(image([80, 10, 50, 5]), 0).map(({ height, sizeBytes }) => [height, sizeBytes / MIB]);
  expect(heights).toEqual([
    [1, 80],
    [3, 60],
    [4, 5],
  ]);
  expect(partOf(image([80, 10]), 0)).toMatchObject({ height: 2, sizeBytes: 90 * MIB, isBase: false });
});
