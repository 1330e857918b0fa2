export type OutputStream = 'stdout' | 'stderr';

export interface Frame {
  readonly stream: OutputStream;
  readonly data: Buffer;
}

/**
 * Takes the engine's multiplexed output apart: 8 bytes of header (stream, three zeros, length big-endian), then
 * the payload. Feed it chunks as they come; it gives the frames that are whole, in order.
 */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Frame[] {
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    while (buffer.length >= 8) {
      const end = 8 + buffer.readUInt32BE(4);
      if (buffer.length < end) break;
      frames.push({ stream: buffer[0] === 2 ? 'stderr' : 'stdout', data: buffer.subarray(8, end) });
      buffer = buffer.subarray(end);
    }
    this.#rest = buffer;
    return frames;
  }
}
