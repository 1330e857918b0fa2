import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sha256Hex } from '../../model/spec-hash.ts';
import type { SavedImage, SavedLayer } from './saved-image.ts';

/** One load: the layers it brings, and the image that the engine knows afterwards. */
export interface LoadPart {
  /** Layers whose bytes are sent; those below them are on the host. */
  readonly layers: readonly SavedLayer[];
  /** How many layers the image of this part has. */
  readonly height: number;
  readonly sizeBytes: number;
  /** The lowest layer and no other. */
  readonly isBase: boolean;
}

/**
 * A part is sent again as a whole when its connection breaks, and the engine unpacks one while the next is on its way:
 * the smaller they are, the less is left to do once the last byte has arrived. But each costs the engine a process.
 */
const PART_BYTES = 32 * 1024 * 1024;

/** A lowest layer of this size is worth the calls of a part of its own: the engine unpacks it while it arrives. */
const BASE_BYTES = 8 * 1024 * 1024;

/**
 * The layers above `present` in parts: the lowest by itself when it is large, then at least 32 MiB each. The last part
 * brings the image itself; it has no layers when the host has them all.
 */
export function loadParts(image: SavedImage, present: number): LoadPart[] {
  const parts: LoadPart[] = [];
  let from = present;
  if (present === 0 && (image.layers[0]?.sizeBytes ?? 0) >= BASE_BYTES) {
    parts.push({ ...partOf(image, 0, 1), isBase: true });
    from = 1;
  }
  for (let height = from + 1; height < image.layers.length; height++) {
    const part = partOf(image, from, height);
    if (part.sizeBytes < PART_BYTES) continue;
    parts.push(part);
    from = height;
  }
  return [...parts, partOf(image, from)];
}

/** The layers from `from` on, counted from the lowest, up to `height` of them. */
export function partOf(image: SavedImage, from: number, height = image.layers.length): LoadPart {
  const layers = image.layers.slice(from, height);
  return { layers, height, sizeBytes: layers.reduce((sum, l) => sum + l.sizeBytes, 0), isBase: false };
}

/** Name of what is loaded before an image is complete, so that a broken transfer goes on where it stopped. */
export function partialName(image: SavedImage, height: number): string {
  return `${partialPrefix(image)}${height}`;
}

/** What these names begin with for one image. */
export function partialPrefix(image: SavedImage): string {
  return `${PARTIAL_REPOSITORY}:${image.id.slice('sha256:'.length, 'sha256:'.length + 12)}-`;
}

export const PARTIAL_REPOSITORY = 'stowage.local/partial';

export interface LoadHooks {
  /** Told how many bytes of layers have gone into the archive since the last call. */
  onBytes(count: number): void;
  /** All layers have gone, and `before` is done; only the end of the archive is left. */
  onSent(): void;
  /** What has to be done before the archive ends, with which the engine begins its work. */
  readonly before: Promise<void>;
}

/**
 * The archive of one part, for `/images/load`. Layers that the host has are named in it and not contained: an engine
 * opens only those it does not know.
 *
 * @param tag name of the image on the host
 */
export async function* loadArchive(
  image: SavedImage,
  part: LoadPart,
  tag: string,
  { onBytes, before, onSent }: LoadHooks,
): AsyncGenerator<Uint8Array> {
  const { pack } = await import('tar-stream');
  const config = part.height === image.layers.length ? image.config : partialConfig(image, part.height);
  const configName = `${sha256Hex(config)}.json`;
  const below = image.layers.slice(0, part.height);
  const manifest = [{ Config: configName, RepoTags: [tag], Layers: below.map(layerPath) }];
  const tar = pack();
  const fill = async () => {
    tar.entry({ name: 'manifest.json', mtime: EPOCH }, JSON.stringify(manifest));
    tar.entry({ name: configName, mtime: EPOCH }, Buffer.from(config));
    for (const layer of unique(part.layers)) {
      const source = readLayer(image, layer, onBytes);
      await pipeline(source, tar.entry({ name: layerPath(layer), size: layer.sizeBytes, mtime: EPOCH }));
    }
    await before;
    onSent();
    tar.finalize();
  };
  const filled = fill().catch((error: Error) => tar.destroy(error));
  for await (const chunk of tar) yield chunk as Uint8Array;
  await filled;
}

/** The lowest layer's bytes, an uncompressed tar. */
export async function* baseBytes(
  image: SavedImage,
  base: SavedLayer,
  { onBytes, onSent }: Pick<LoadHooks, 'onBytes' | 'onSent'>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of readLayer(image, base, onBytes)) yield chunk as Uint8Array;
  onSent();
}

/** With smaller pieces the time goes into making and collecting buffers. */
const READ_BYTES = 1024 * 1024;

function readLayer(image: SavedImage, layer: SavedLayer, onBytes: LoadHooks['onBytes']): Readable {
  const end = layer.offset + layer.sizeBytes - 1;
  const source = createReadStream(image.file, { start: layer.offset, end, highWaterMark: READ_BYTES });
  return source.on('data', (chunk) => onBytes(chunk.length));
}

const EPOCH = new Date(0);

/** Equal layers (empty ones, mostly) are contained once. */
function unique(layers: readonly SavedLayer[]): SavedLayer[] {
  return [...new Map(layers.map((l) => [l.diffId, l])).values()];
}

function layerPath({ diffId }: SavedLayer): string {
  return `${diffId.slice('sha256:'.length)}/layer.tar`;
}

/** The image's own platform over its lowest layers; nothing is ever run from it. */
function partialConfig(image: SavedImage, height: number): Uint8Array {
  const whole = JSON.parse(Buffer.from(image.config).toString('utf8')) as Record<string, unknown>;
  const { architecture, os, variant, 'os.version': osVersion } = whole;
  const diffIds = image.layers.slice(0, height).map((l) => l.diffId);
  const rootfs = { type: 'layers', diff_ids: diffIds };
  return Buffer.from(JSON.stringify({ architecture, os, variant, 'os.version': osVersion, config: {}, rootfs }));
}
