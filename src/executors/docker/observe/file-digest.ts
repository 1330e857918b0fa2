import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** `sha256:…` of the one file that a tar holds; undefined when it holds anything else. */
export async function fileDigest(archive: Readable): Promise<string | undefined> {
  const { extract } = await import('tar-stream');
  const entries = extract();
  archive.on('error', (error) => entries.destroy(error));
  archive.pipe(entries);
  const digests: (string | undefined)[] = [];
  for await (const entry of entries) {
    const hash = createHash('sha256');
    for await (const chunk of entry) hash.update(chunk as Buffer);
    digests.push(entry.header.type === 'file' ? `sha256:${hash.digest('hex')}` : undefined);
  }
  return digests.length === 1 ? digests[0] : undefined;
}
