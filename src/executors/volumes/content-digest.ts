import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Header } from 'tar-stream';

/**
 * Digest of what a tar contains: names, kinds, owners, modes, links and bytes in order, and not how it is packed. The
 * root folder's own entry counts too. Memory stays constant.
 *
 * @param onBytes is given every chunk before it is looked at
 */
export async function contentDigest(tar: Readable, onBytes?: (chunk: Uint8Array) => Promise<void>): Promise<string> {
  const { extract } = await import('tar-stream');
  const hash = createHash('sha256');
  const parser = extract();
  parser.on('entry', (header, content, next) => {
    addHeader(hash, header);
    content.on('data', (chunk: unknown) => hash.update(chunk as Uint8Array));
    content.on('end', next);
  });
  const parsed = new Promise<void>((resolve, reject) => {
    parser.on('finish', () => resolve());
    parser.on('error', reject);
  });
  parsed.catch(() => undefined);
  for await (const chunk of tar) {
    await onBytes?.(chunk as Uint8Array);
    if (parser.write(chunk)) continue;
    await Promise.race([new Promise<void>((resolve) => parser.once('drain', () => resolve())), parsed]);
  }
  parser.end(undefined);
  await parsed;
  return `sha256:${hash.digest('hex')}`;
}

function addHeader(hash: Hash, { name, type, mode, uid, gid, size, linkname }: Header): void {
  const plain = name.replace(/^[^/]*\/?/, '').replace(/\/$/, '');
  const bytes = type === 'file' ? size : 0;
  hash.update(`${JSON.stringify([plain, type, (mode ?? 0) & 0o7777, uid, gid, bytes, linkname ?? null])}\0`);
}
