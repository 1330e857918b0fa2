import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Pack } from 'tar-stream';

interface Entry {
  /** Relative to the root, with `/`; empty for the root itself. */
  readonly path: string;
  readonly full: string;
  readonly info: Stats;
}

/**
 * Digest (`sha256:…`) of a folder's or file's content: names, modes, links and bytes, not times or owners.
 *
 * @throws ENOENT when it is not there
 */
export async function folderDigest(root: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const { path, full, info } of entriesOf(root)) {
    const kind = info.isDirectory() ? 'd' : info.isSymbolicLink() ? 'l' : 'f';
    hash.update(`${kind} ${info.mode & 0o7777} ${JSON.stringify(path)} `);
    if (kind === 'l') hash.update(`${JSON.stringify(await readlink(full))}\n`);
    if (kind === 'f') hash.update(`${await fileDigest(full)}\n`);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** Adds a folder or file to a tar under a name, owned by root. */
export async function packInto(tar: Pack, root: string, name: string): Promise<void> {
  for await (const { path, full, info } of entriesOf(root)) {
    const head = { name: posix.join(name, path), mode: info.mode & 0o7777, mtime: info.mtime };
    if (info.isDirectory()) tar.entry({ ...head, type: 'directory' });
    else if (info.isSymbolicLink()) tar.entry({ ...head, type: 'symlink', linkname: await readlink(full) });
    else await pipeline(createReadStream(full), tar.entry({ ...head, size: info.size }));
  }
}

/** The root and everything below it, folders before what is in them, in the order of names; no sockets or devices. */
async function* entriesOf(root: string, path = ''): AsyncGenerator<Entry> {
  const full = join(root, path);
  const info = path === '' ? await stat(full) : await lstat(full);
  if (!info.isDirectory() && !info.isSymbolicLink() && !info.isFile()) return;
  yield { path, full, info };
  if (!info.isDirectory()) return;
  for (const name of (await readdir(full)).sort()) yield* entriesOf(root, posix.join(path, name));
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
