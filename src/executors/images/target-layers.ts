import type { HostReader } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';

interface ImageInspect {
  readonly Id: string;
  readonly RootFS?: { readonly Layers?: readonly string[] | null };
}

const AT_A_TIME = 16;

/** Layers of images by id; an image never changes, so what was learnt of one holds for the whole run. */
const known = new Map<string, readonly string[]>();

/**
 * How many of an image's lowest layers a host has already, as part of any of its images. A layer counts only on the
 * same layers below it: that is how engines keep them.
 *
 * @param diffIds digests of the uncompressed layers, lowest first
 */
export async function layersPresent(
  host: HostReader,
  diffIds: readonly string[],
  signal?: AbortSignal,
): Promise<number> {
  const images = await host.get<{ Id: string }[]>('/images/json', undefined, { signal });
  let most = 0;
  for (let i = 0; i < images.length && most < diffIds.length; i += AT_A_TIME) {
    const batch = await Promise.all(images.slice(i, i + AT_A_TIME).map(({ Id }) => layersOf(host, Id, signal)));
    for (const layers of batch) most = Math.max(most, commonPrefix(layers, diffIds));
  }
  return most;
}

async function layersOf(host: HostReader, id: string, signal?: AbortSignal): Promise<readonly string[]> {
  const before = known.get(id);
  if (before !== undefined) return before;
  const layers = (await inspectImage(host, id, signal))?.RootFS?.Layers ?? [];
  known.set(id, layers);
  return layers;
}

/** The image of this name or id, undefined when the host has none. */
export async function inspectImage(
  host: HostReader,
  image: string,
  signal?: AbortSignal,
): Promise<ImageInspect | undefined> {
  try {
    return await host.get<ImageInspect>(`/images/${image}/json`, undefined, { signal });
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

function commonPrefix(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/**
 * True for engines that load only complete archives: those with containerd's image store, and Podman. They get every
 * layer in one piece.
 */
export async function wantsWholeImages(host: HostReader, signal?: AbortSignal): Promise<boolean> {
  const [info, version] = await Promise.all([
    host.get<{ DriverStatus?: readonly (readonly string[])[] | null }>('/info', undefined, { signal }),
    host.get<{ Components?: readonly { readonly Name: string }[] | null }>('/version', undefined, { signal }),
  ]);
  const isContainerd = (info.DriverStatus ?? []).some(([, value]) => value?.startsWith('io.containerd.snapshotter'));
  return isContainerd || (version.Components ?? []).some(({ Name }) => /podman/i.test(Name));
}
