import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { encodeQuery } from '../../../../src/executors/transport/http/client.ts';
import { FrameReader } from '../../../../src/executors/transport/http/demux.ts';
import { readJsonLines } from '../../../../src/executors/transport/http/ndjson.ts';
import { quote } from '../../../../src/executors/transport/shell.ts';

function frame(stream: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

describe('FrameReader', () => {
  const bytes = Buffer.concat([frame(1, 'out'), frame(2, 'err'), frame(1, ''), frame(1, 'ü')]);

  it.each([1, 2, 3, 7, 8, 9, 1000])('takes frames apart in chunks of %i', (size) => {
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < bytes.length; at += size) frames.push(...reader.push(bytes.subarray(at, at + size)));
    expect(frames.map(({ stream, data }) => [stream, data.toString()])).toEqual([
      ['stdout', 'out'],
      ['stderr', 'err'],
      ['stdout', ''],
      ['stdout', 'ü'],
    ]);
  });
});

describe('readJsonLines', () => {
  const read = async (chunks: Uint8Array[]) => {
    const lines = [];
    for await (const line of readJsonLines(Readable.from(chunks))) lines.push(line);
    return lines;
  };

  it.each([1, 3, 100])('keeps characters and lines whole in chunks of %i', async (size) => {
    const bytes = Buffer.from('{"a":"ü→"}\r\n\n{"b":2}');
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    expect(await read(chunks)).toEqual([{ a: 'ü→' }, { b: 2 }]);
  });

  it('gives what is no JSON as an error', async () => {
    expect(await read([Buffer.from('{"a":1}\nunexpected EOF\n')])).toEqual([{ a: 1 }, { error: 'unexpected EOF' }]);
  });
});

it('encodes queries, objects as JSON', () => {
  expect(encodeQuery({ all: true, filters: { label: ['a=b c'] }, absent: undefined, t: 0 })).toBe(
    '?all=true&filters=%7B%22label%22%3A%5B%22a%3Db+c%22%5D%7D&t=0',
  );
  expect(encodeQuery({})).toBe('');
});

it.each([
  [['echo', 'a b'], "echo 'a b'"],
  [['echo', "it's"], "echo 'it'\\''s'"],
  [['a', '', '$x', '*'], "a '' '$x' '*'"],
  [['/bin/x', '--y=1,2:3@4%5'], '/bin/x --y=1,2:3@4%5'],
])('quotes %j once', (argv, text) => {
  expect(quote(argv)).toBe(text);
});
