import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { packer, plainTar } from '../../../src/executors/volumes/compression.ts';

const CONTENT = Buffer.concat([randomBytes(300_000), Buffer.alloc(2_000_000)]);

it.each(['data.tar', 'data.tar.gz', 'data.tgz'])('%s is packed and unpacked as its name says', async (name) => {
  const pack = await packer(name);
  const source = Readable.from([CONTENT.subarray(0, 1_000_000), CONTENT.subarray(1_000_000)]);
  const packed = await buffer(pack === undefined ? source : source.pipe(pack));
  expect(packed.length < CONTENT.length).toBe(name !== 'data.tar');
  expect((await buffer(await plainTar(Readable.from([packed]), name))).equals(CONTENT)).toBe(true);
});

it('hands on a failure of what it reads', async () => {
  const failing = new Readable({
    read() {
      this.destroy(new Error('gone'));
    },
  });
  await expect(buffer(await plainTar(failing, 'data.tar.gz'))).rejects.toThrow('gone');
});
