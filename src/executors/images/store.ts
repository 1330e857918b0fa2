import type { StepScope } from '../docker/steps/types.ts';
import type { HostReader } from '../transport/connection.ts';
import { type SavedImage, saveImage } from './saved-image.ts';
import type { ImageStore } from './transfer.ts';

/** Keeps exported images in a temporary folder until it is disposed of. */
export class TemporaryImageStore implements ImageStore {
  readonly #local: () => Promise<HostReader>;
  readonly #images = new Map<string, Promise<SavedImage>>();
  #folder: Promise<string> | undefined;

  /** @param local opens the engine of this machine, at the first image that comes from it */
  constructor(local: () => Promise<HostReader>) {
    this.#local = local;
  }

  saved(image: string, from: string | undefined, scope: StepScope): Promise<SavedImage> {
    const key = `${from ?? ''} ${image}`;
    const known = this.#images.get(key);
    if (known !== undefined) return known;
    const made = this.#save(image, from, scope);
    this.#images.set(key, made);
    made.catch(() => this.#images.delete(key));
    return made;
  }

  async #save(image: string, from: string | undefined, scope: StepScope): Promise<SavedImage> {
    const { mkdtemp } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    this.#folder ??= mkdtemp(join(tmpdir(), 'stowage-images-'));
    scope.progress(`exporting from ${from ?? 'the local engine'}`);
    const engine = from === undefined ? await this.#local() : scope.other(from);
    return await saveImage(engine, image, await this.#folder, scope.signal);
  }

  async dispose(): Promise<void> {
    if (this.#folder === undefined) return;
    const { rm } = await import('node:fs/promises');
    await rm(await this.#folder, { recursive: true, force: true });
  }
}
