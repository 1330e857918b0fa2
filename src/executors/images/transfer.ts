import type { StepRunner, StepScope } from '../docker/steps/types.ts';
import type { HostConnection } from '../transport/connection.ts';
import { importInto, loadInto, mismatch, type Taking } from './engine-load.ts';
import {
  baseBytes,
  type LoadHooks,
  type LoadPart,
  loadArchive,
  loadParts,
  partialName,
  partialPrefix,
  partOf,
} from './load-archive.ts';
import type { SavedImage } from './saved-image.ts';
import { inspectImage, layersPresent, wantsWholeImages } from './target-layers.ts';
import { TransferProgress } from './transfer-progress.ts';

/** Gives images as files of this machine, exported once for all hosts of a run. */
export interface ImageStore {
  /**
   * @param image reference, or the id the plan means
   * @param from name of a host of the run; the engine of this machine when absent
   */
  saved(image: string, from: string | undefined, scope: StepScope): Promise<SavedImage>;
}

/**
 * Copies an image to a host over the host's own connection: the layers it lacks and no more, lowest first. A transfer
 * that breaks goes on after the last layers that arrived. What arrived is checked by the image's id.
 */
export function imageTransfer(store: ImageStore): StepRunner<'image.transfer'> {
  return async (step, scope) => {
    const { host, signal } = scope;
    if (step.digest !== undefined && (await inspectImage(host, step.image, signal))?.Id === step.digest) return;
    const image = await store.saved(step.digest ?? step.image, step.from, scope);
    await sendImage(image, step.image, host, { signal, progress: scope.progress });
  };
}

export interface SendOptions {
  readonly signal: AbortSignal;
  progress(text: string): void;
}

/**
 * Sends a saved image to a host and names it there.
 *
 * @returns bytes of layers that were sent
 * @throws DiagnosticError `host/disk-full`, `image/load` or `image/transfer-mismatch`
 */
export async function sendImage(
  image: SavedImage,
  tag: string,
  host: HostConnection,
  { signal, progress }: SendOptions,
): Promise<number> {
  const isWhole = await wantsWholeImages(host, signal);
  const diffIds = image.layers.map((l) => l.diffId);
  const present = isWhole ? 0 : await layersPresent(host, diffIds, signal);
  const parts = isWhole ? [partOf(image, 0)] : loadParts(image, present);
  const total = parts.reduce((sum, p) => sum + p.sizeBytes, 0);
  const told = new TransferProgress(total, { layers: image.layers.length, present }, progress);
  await loadAll(image, parts, tag, host, { signal, onBytes: (count) => told.add(count) });
  await verify(image, tag, host, signal);
  await removePartial(image, host);
  return total;
}

interface Loading {
  readonly signal: AbortSignal;
  onBytes(count: number): void;
}

/** While the engine unpacks one part the bytes of the next one go ahead; its archive is not closed before. */
async function loadAll(
  image: SavedImage,
  parts: readonly LoadPart[],
  tag: string,
  host: HostConnection,
  { signal, onBytes }: Loading,
): Promise<void> {
  const loads: Promise<void>[] = [];
  for (const part of parts) {
    const before = loads.at(-1) ?? Promise.resolve();
    await new Promise<void>((onSent) => {
      // One of its own for each: what listens to the run's signal would pile up.
      const taking = { host, image: tag, signal: AbortSignal.any([signal]) };
      const loading = bring(image, part, taking, { onBytes, before, onSent });
      loads.push(loading);
      loading.catch(() => onSent());
    });
  }
  await Promise.all(loads);
}

async function bring(image: SavedImage, part: LoadPart, taking: Taking, hooks: LoadHooks): Promise<void> {
  const partial = partialName(image, part.height);
  const [base] = part.layers;
  if (!part.isBase || base === undefined) {
    const name = part.height === image.layers.length ? taking.image : partial;
    return await loadInto(taking, loadArchive(image, part, name, hooks));
  }
  await importInto(taking, base, baseBytes(image, base, hooks), partial);
}

async function verify(image: SavedImage, tag: string, host: HostConnection, signal: AbortSignal): Promise<void> {
  const arrived = await inspectImage(host, tag, signal);
  if (arrived?.Id !== image.id) throw mismatch(tag, host.name, image.id, arrived?.Id);
}

/** Layers stay with the image; only their makeshift names go, those of a run that broke as well. */
async function removePartial(image: SavedImage, host: HostConnection): Promise<void> {
  const prefix = partialPrefix(image);
  const images = await host.get<{ RepoTags?: readonly string[] | null }[]>('/images/json');
  const names = images.flatMap((i) => i.RepoTags ?? []).filter((name) => name.startsWith(prefix));
  for (const name of names) await host.delete(`/images/${name}`).catch(() => undefined);
}
