import { gunzipSync, gzipSync } from 'node:zlib';
import { canonicalJson } from '../../model/canonical.ts';
import { sha256Hex } from '../../model/spec-hash.ts';

/** Version of the documents this program writes, and the newest it reads. */
export const LEDGER_FORMAT = 1;

export type Decoded =
  | { readonly type: 'ok'; readonly body: unknown; readonly sha256: string }
  /** Written by a newer Stowage. */
  | { readonly type: 'newer'; readonly format: number }
  /** Torn or changed since it was written. */
  | { readonly type: 'corrupt'; readonly why: string };

/** A document: its body with format and checksum; packed when the path ends in `.gz`. */
export function encodeDocument(path: string, body: unknown): Uint8Array {
  const text = canonicalJson(body);
  const json = `{"format":${LEDGER_FORMAT},"sha256":"${sha256Hex(text)}","body":${text}}\n`;
  return path.endsWith('.gz') ? gzipSync(json) : Buffer.from(json);
}

/** Reads a document and checks it. Never throws. */
export function decodeDocument(path: string, bytes: Uint8Array): Decoded {
  if (bytes.length === 0) return corrupt('it is empty');
  let document: { format?: unknown; sha256?: unknown; body?: unknown };
  try {
    const json = (path.endsWith('.gz') ? gunzipSync(bytes) : Buffer.from(bytes)).toString('utf8');
    const asWritten = decodeAsWritten(json);
    if (asWritten !== undefined) return asWritten;
    document = JSON.parse(json);
  } catch {
    return corrupt('it is not readable');
  }
  if (typeof document !== 'object' || document === null) return corrupt('it is no document');
  const { format, sha256, body } = document;
  if (typeof format !== 'number' || typeof sha256 !== 'string') return corrupt('it has no format or checksum');
  if (format > LEDGER_FORMAT) return { type: 'newer', format };
  const actual = sha256Hex(canonicalJson(body) ?? '');
  return actual === sha256 ? { type: 'ok', body, sha256 } : corrupt('its checksum does not fit');
}

const HEAD = new RegExp(`^\\{"format":${LEDGER_FORMAT},"sha256":"([0-9a-f]{64})","body":`);
const TAIL = '}\n';

/** The checksum is that of the very text `encodeDocument` writes, which needs no sorting then; undefined where it does not fit. */
function decodeAsWritten(json: string): Decoded | undefined {
  const [head, sha256] = HEAD.exec(json) ?? [];
  if (head === undefined || sha256 === undefined || !json.endsWith(TAIL)) return undefined;
  const text = json.slice(head.length, -TAIL.length);
  return sha256Hex(text) === sha256 ? { type: 'ok', body: JSON.parse(text), sha256 } : undefined;
}

function corrupt(why: string): Decoded {
  return { type: 'corrupt', why };
}
