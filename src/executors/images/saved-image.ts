import type { EventEmitter } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { stepFailure } from '../docker/steps/failure.ts';
import type { HostReader } from '../transport/connection.ts';

/** One layer of a saved image: an uncompressed tar at a place of the file. */
export interface SavedLayer {
  /** `sha256:…` of the uncompressed tar. */
  readonly diffId: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** An image as its engine exports it, in a file of this machine. */
export interface SavedImage {
  /** `sha256:…` of the configuration: the engine's id. */
  readonly id: string;
  readonly config: Uint8Array;
  /** Lowest first. */
  readonly layers: readonly SavedLayer[];
  readonly file: string;
}

interface Entry {
  readonly offset: number;
  readonly size: number;
  /** Where a symbolic link leads: engines write equal layers once. */
  readonly link?: string;
}

interface Manifest {
  readonly Config: string;
  readonly Layers: readonly string[];
}

/**
 * Exports an image into a file of `folder` and looks up where its layers lie there. Memory stays constant.
 *
 * @throws DiagnosticError `image/export` when the engine's export cannot be read
 */
export async function saveImage(
  engine: HostReader,
  image: string,
  folder: string,
  signal?: AbortSignal,
): Promise<SavedImage> {
  const [{ open }, { sha256Hex }] = await Promise.all([import('node:fs/promises'), import('../../model/spec-hash.ts')]);
  const file = posix.join(folder, `${sha256Hex(image).slice(0, 16)}.tar`);
  const handle = await open(file, 'w+', 0o600);
  try {
    const stream = await engine.getStream(`/images/${image}/get`, undefined, { signal, timeoutMs: 0 });
    return await readBack(handle, await spool(stream, handle), file, image);
  } finally {
    await handle.close();
  }
}

/** Engines send 32 KiB at a time: one write each costs more than the bytes. */
const WRITE_BYTES = 1024 * 1024;

/** Writes the export to the file while its headers are read. */
async function spool(stream: Readable, handle: FileHandle): Promise<Map<string, Entry>> {
  const { extract } = await import('tar-stream');
  const entries = new Map<string, Entry>();
  const parser = extract();
  parser.on('entry', (header, content, next) => {
    const { byteOffset = 0 } = header as { byteOffset?: number };
    const link = header.type === 'symlink' && header.linkname ? { link: header.linkname } : {};
    entries.set(header.name, { offset: byteOffset, size: header.size ?? 0, ...link });
    content.on('end', next);
    content.resume();
  });
  const parsed = new Promise<void>((resolve, reject) => {
    parser.on('finish', resolve);
    parser.on('error', reject);
  });
  parsed.catch(() => undefined);
  let batch: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    batch.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (!parser.write(chunk)) await Promise.race([drained(parser), parsed]);
    if (size < WRITE_BYTES) continue;
    await handle.writev(batch);
    [batch, size] = [[], 0];
  }
  if (size > 0) await handle.writev(batch);
  parser.end(undefined);
  await parsed;
  return entries;
}

function drained(parser: EventEmitter): Promise<void> {
  return new Promise((resolve) => parser.once('drain', () => resolve()));
}

async function readBack(
  handle: FileHandle,
  entries: ReadonlyMap<string, Entry>,
  file: string,
  image: string,
): Promise<SavedImage> {
  const { sha256Hex } = await import('../../model/spec-hash.ts');
  const bytes = async (name: string): Promise<Buffer> => {
    const entry = entries.get(name);
    if (entry === undefined) throw unreadable(image, `it has no ${name}`);
    const buffer = Buffer.alloc(entry.size);
    await handle.read(buffer, 0, entry.size, entry.offset);
    return buffer;
  };
  const [manifest] = JSON.parse((await bytes('manifest.json')).toString('utf8')) as Manifest[];
  if (manifest === undefined) throw unreadable(image, 'its manifest.json lists nothing');
  const config = await bytes(manifest.Config);
  const diffIds = (JSON.parse(config.toString('utf8')) as { rootfs?: { diff_ids?: string[] } }).rootfs?.diff_ids ?? [];
  if (diffIds.length !== manifest.Layers.length) throw unreadable(image, 'its layers and its configuration disagree');
  const layers = manifest.Layers.map((name, i): SavedLayer => {
    const entry = follow(entries, name);
    if (entry === undefined) throw unreadable(image, `it has no ${name}`);
    return { diffId: diffIds[i] as string, offset: entry.offset, sizeBytes: entry.size };
  });
  return { id: `sha256:${sha256Hex(config)}`, config, layers, file };
}

function follow(entries: ReadonlyMap<string, Entry>, name: string): Entry | undefined {
  const entry = entries.get(name);
  return entry?.link === undefined ? entry : entries.get(posix.join(posix.dirname(name), entry.link));
}

function unreadable(image: string, why: string) {
  return stepFailure('image/export', 'export of an image cannot be read', {
    detail: image,
    why,
    fix: `try: docker save ${image} | tar t`,
  });
}
