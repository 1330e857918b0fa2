import { createHash, type Hash } from 'node:crypto';
import type { Header } from 'tar-stream';
import { SparseReader, sparseHeader } from './sparse-file.ts';

/**
 * Digest of what a tar contains: names, kinds, owners, modes, links and bytes in order, and neither how it is packed
 * nor where files have holes. The root folder's own entry counts too. Memory stays constant.
 *
 * @param onBytes is given every chunk before it is looked at
 */
export async function contentDigest(
  tar: AsyncIterable<unknown>,
  onBytes?: (chunk: Uint8Array) => Promise<void>,
): Promise<string> {
  const { extract } = await import('tar-stream');
  const hash = createHash('sha256');
  const parser = extract();
  parser.on('entry', (header, content, next) => {
    const sparse = sparseHeader(header.pax as Readonly<Record<string, string>> | null);
    addHeader(hash, sparse === undefined ? header : { ...header, ...sparse });
    const reader = sparse && new SparseReader(sparse.size, (bytes) => hash.update(bytes));
    content.on('data', (chunk: unknown) => {
      if (reader === undefined) hash.update(chunk as Uint8Array);
      else reader.push(chunk as Uint8Array);
    });
    content.on('end', () => {
      reader?.end();
      next();
    });
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
