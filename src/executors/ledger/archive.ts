import type { Readable } from 'node:stream';
import { STAMP, WRITING } from './stamp.ts';

/** A file to write below the ledger's root; without bytes it takes the place of a folder, whose content is gone then. */
export interface LedgerFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const OWNER_ONLY = 0o600;
const FOLDER_MODE = 0o700;

/**
 * A tar of files that only root on the host can read. Folders come first, files in the order given.
 *
 * @param stamp target of the link that tells one state of the documents from another; without it the link stays
 */
export async function packFiles(files: readonly LedgerFile[], stamp?: string): Promise<Uint8Array> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  const link = (linkname: string) => tar.entry({ name: STAMP, type: 'symlink', linkname });
  for (const folder of foldersOf(files)) tar.entry({ name: `${folder}/`, type: 'directory', mode: FOLDER_MODE });
  if (stamp !== undefined) link(WRITING);
  for (const { path, bytes } of files) tar.entry({ name: path, mode: OWNER_ONLY }, Buffer.from(bytes));
  if (stamp !== undefined) link(stamp);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * The files of a tar, by path below `root`.
 *
 * @throws Error when the stream ends before the tar does
 */
export async function unpackFiles(stream: Readable, root: string): Promise<Map<string, Uint8Array>> {
  return (await unpackCopy(stream, root)).files;
}

/** The same with the stamp, where it comes ahead of all files. */
export async function unpackCopy(
  stream: Readable,
  root: string,
): Promise<{ readonly files: Map<string, Uint8Array>; readonly stamp?: string }> {
  const { extract } = await import('tar-stream');
  const files = new Map<string, Uint8Array>();
  let stamp: string | undefined;
  const entries = extract();
  stream.on('error', (error) => entries.destroy(error));
  stream.pipe(entries);
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { type, name, linkname } = entry.header;
    if (type === 'file') files.set(`${root}${name}`, Buffer.concat(chunks));
    else if (type === 'symlink' && `${root}${name}` === STAMP && files.size === 0) stamp = linkname ?? undefined;
  }
  return { files, ...(stamp === undefined || stamp === WRITING ? {} : { stamp }) };
}

function foldersOf(files: readonly LedgerFile[]): readonly string[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    const parts = path.split('/').slice(0, -1);
    parts.forEach((_, index) => {
      folders.add(parts.slice(0, index + 1).join('/'));
    });
  }
  return [...folders].sort();
}
