/** `GNU.sparse.*` of a tar entry's extended header; format 1.0 is the one that is written today. */
export interface SparseHeader {
  readonly name: string;
  readonly size: number;
}

const BLOCK = 512;
const ZEROS = new Uint8Array(64 * 1024);

/** What a file with holes is called and how long it is; undefined for any other entry. */
export function sparseHeader(pax: Readonly<Record<string, string>> | null | undefined): SparseHeader | undefined {
  if (pax?.['GNU.sparse.major'] !== '1' || pax['GNU.sparse.minor'] !== '0') return undefined;
  return { name: pax['GNU.sparse.name'] ?? '', size: Number(pax['GNU.sparse.realsize']) };
}

/**
 * Gives the bytes of a file with holes as they would be read from it, zeros in its holes. An entry of format 1.0 begins
 * with a map (the number of pieces, then offset and length of each, one decimal a line, filled up to a block of 512) and
 * goes on with the bytes of the pieces.
 */
export class SparseReader {
  readonly #size: number;
  readonly #give: (bytes: Uint8Array) => void;
  #head: Uint8Array | undefined = new Uint8Array(0);
  #pieces: { readonly offset: number; readonly length: number }[] = [];
  /** Where in the file the next byte belongs. */
  #at = 0;

  constructor(size: number, give: (bytes: Uint8Array) => void) {
    this.#size = size;
    this.#give = give;
  }

  push(chunk: Uint8Array): void {
    if (this.#head !== undefined) this.#head = Buffer.concat([this.#head, chunk]);
    const map = this.#head && parseMap(this.#head);
    if (map !== undefined) {
      this.#pieces = map.pieces;
      this.#data((this.#head as Uint8Array).subarray(map.length));
      this.#head = undefined;
    } else if (this.#head === undefined) this.#data(chunk);
  }

  /** The file is over: what is left of it is a hole. */
  end(): void {
    this.#zerosTo(this.#size);
  }

  #data(bytes: Uint8Array): void {
    let rest = bytes;
    for (let piece = this.#pieces[0]; rest.length > 0 && piece !== undefined; piece = this.#pieces[0]) {
      const end = piece.offset + piece.length;
      if (this.#at < piece.offset) this.#zerosTo(piece.offset);
      const now = rest.subarray(0, end - this.#at);
      if (now.length > 0) this.#give(now);
      this.#at += now.length;
      rest = rest.subarray(now.length);
      if (this.#at >= end) this.#pieces.shift();
    }
  }

  #zerosTo(offset: number): void {
    for (; this.#at < offset; this.#at += Math.min(ZEROS.length, offset - this.#at)) {
      this.#give(ZEROS.subarray(0, offset - this.#at));
    }
  }
}

/** Undefined while it is not all there. */
function parseMap(bytes: Uint8Array) {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const lines = text.split('\n');
  const count = Number(lines[0]);
  if (lines.length < 2 * count + 2) return undefined;
  const numbers = lines.slice(1, 2 * count + 1).map(Number);
  const pieces = Array.from({ length: count }, (_, i) => ({
    offset: numbers[2 * i] as number,
    length: numbers[2 * i + 1] as number,
  }));
  const used = lines.slice(0, 2 * count + 1).reduce((sum, line) => sum + line.length + 1, 0);
  const length = Math.ceil(used / BLOCK) * BLOCK;
  return bytes.length < length ? undefined : { pieces, length };
}
