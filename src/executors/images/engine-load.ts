import { DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import { registryTrouble } from '../docker/images/trouble.ts';
import { engineWords, stepFailure } from '../docker/steps/failure.ts';
import type { Bytes, HostConnection, Query } from '../transport/connection.ts';
import { HostError } from '../transport/errors.ts';
import { readJsonLines } from '../transport/http/ndjson.ts';
import type { SavedLayer } from './saved-image.ts';
import { inspectImage } from './target-layers.ts';

export interface Taking {
  readonly host: HostConnection;
  /** The image of all this, for messages. */
  readonly image: string;
  readonly signal: AbortSignal;
}

/**
 * Has the engine load an archive. It puts the archive into a folder and begins its work when all has arrived.
 *
 * @throws DiagnosticError `host/disk-full`, `image/load`
 */
export async function loadInto(taking: Taking, archive: Bytes): Promise<void> {
  await post(taking, '/images/load', archive, { quiet: 1 });
}

/**
 * Has the engine make an image of one layer, and hashes and unpacks it as it arrives: that takes half the time of a load.
 *
 * @param name of the image, `repository:tag`
 * @throws DiagnosticError `host/disk-full`, `image/load`, `image/transfer-mismatch`
 */
export async function importInto(taking: Taking, layer: SavedLayer, bytes: Bytes, name: string): Promise<void> {
  const { host, image, signal } = taking;
  const colon = name.lastIndexOf(':');
  const query = { fromSrc: '-', repo: name.slice(0, colon), tag: name.slice(colon + 1) };
  await post(taking, '/images/create', bytes, query);
  const [arrived] = (await inspectImage(host, name, signal))?.RootFS?.Layers ?? [];
  if (arrived === layer.diffId) return;
  await host.delete(`/images/${name}`).catch(() => undefined);
  throw mismatch(image, host.name, `layer ${layer.diffId}`, arrived);
}

async function post({ host, image, signal }: Taking, path: string, body: Bytes, query: Query): Promise<void> {
  try {
    const answer = await host.postStream(path, body, query, { signal, timeoutMs: 0 });
    for await (const line of readJsonLines<{ error?: string }>(answer)) {
      if (line.error !== undefined) throw refused(image, line.error, host.name);
    }
  } catch (error) {
    if (error instanceof HostError && error.status !== undefined) throw refused(image, engineWords(error), host.name);
    throw error;
  }
}

function refused(image: string, words: string, host: string): Error {
  if (/no space left on device/i.test(words))
    return new DiagnosticError([registryTrouble(image, words, host)], EXIT.failed);
  return stepFailure('image/load', 'engine refused the image', { detail: image, where: `host ${host}`, why: words });
}

/** @param sent what the host should have now: an image's id or a layer's digest */
export function mismatch(image: string, host: string, sent: string, arrived: string | undefined): Error {
  return stepFailure('image/transfer-mismatch', 'image that arrived is not the one that was sent', {
    detail: image,
    where: `host ${host}`,
    why: `sent ${sent}, the host has ${arrived ?? 'none'}`,
    fix: 'apply again; if it stays so, the two engines keep images in different ways: use a registry',
  });
}
