const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const DATA = 0;
const HEADERS = 1;
const SETTINGS = 4;
const END_STREAM = 1;
const END_HEADERS = 4;

/**
 * All that a client sends to ask `grpc.health.v1.Health/Check`, in one piece: no answer is needed in between.
 *
 * @see RFC 9113 for the frames, RFC 7541 appendix A for the numbers of the header fields
 */
export function grpcRequest(service: string, authority: string): Buffer {
  const headers = Buffer.concat([
    Buffer.from([0x83, 0x86]),
    field(0x04, '/grpc.health.v1.Health/Check'),
    field(0x01, authority),
    field([0x0f, 0x10], 'application/grpc'),
    Buffer.from([0x00]),
    text('te'),
    text('trailers'),
  ]);
  return Buffer.concat([
    PREFACE,
    frame(SETTINGS, 0, 0, Buffer.alloc(0)),
    frame(HEADERS, END_HEADERS, 1, headers),
    frame(DATA, END_STREAM, 1, message(service)),
  ]);
}

/** Not compressed, its length, then field 1 as a string. */
function message(service: string): Buffer {
  const name = Buffer.from(service);
  const body = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header field that joins no table: the number of its name, then its value. */
function field(name: number | readonly number[], value: string): Buffer {
  return Buffer.concat([Buffer.from([name].flat()), text(value)]);
}

/** Plain text; its length has seven bits, and more behind them. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length =
    bytes.length < 0x7f
      ? Buffer.from([bytes.length])
      : Buffer.concat([Buffer.from([0x7f]), varint(bytes.length - 0x7f)]);
  return Buffer.concat([length, bytes]);
}
