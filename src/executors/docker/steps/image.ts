import { DiagnosticError } from '../../../model/diagnostic.ts';
import { EXIT } from '../../../model/exit-codes.ts';
import { HostError, isStatus } from '../../transport/errors.ts';
import { readJsonLines } from '../../transport/http/ndjson.ts';
import { type PullLine, PullProgress } from '../images/pull-progress.ts';
import { registryTrouble } from '../images/trouble.ts';
import { imageName, registryOf } from '../spec/image-name.ts';
import { engineWords } from './failure.ts';
import { isThereFor, mustBeFor, mustFitHost } from './image-fits.ts';
import { hasImage } from './local-image.ts';
import { isPassingRegistryTrouble, RegistryTrouble } from './passing.ts';
import type { StepRunner } from './types.ts';

/** Pulls an image by its digest; one that is there is done. */
export const pullImage: StepRunner<'image.pull'> = async (step, scope) => {
  const { host, context, signal } = scope;
  const name = imageName(step.image, step.digest);
  const isThere = step.digest !== undefined && (await hasImage(host, step.image, step.digest, signal));
  if (isThere && (await isThereFor(step.platform, name, scope))) return;
  const auth = await context.registryAuth?.(registryOf(step.image), step.image);
  const query = { fromImage: name, tag: name.includes('@') ? undefined : tagOf(name), platform: step.platform };
  const headers = auth === undefined ? undefined : { 'X-Registry-Auth': auth };
  try {
    const stream = await host.postStream('/images/create', undefined, query, { signal, headers, timeoutMs: 0 });
    const progress = new PullProgress();
    for await (const line of readJsonLines<PullLine>(stream)) {
      if (line.error !== undefined) throw pullFailure(name, line.error, host.name);
      const text = progress.add(line);
      if (text !== undefined) scope.progress(text);
    }
  } catch (error) {
    if (isStatus(error, 404) || isStatus(error, 500) || isStatus(error, 400)) {
      throw pullFailure(name, engineWords(error), host.name);
    }
    throw error;
  }
  if (step.platform === undefined) await mustFitHost(name, scope);
  else await mustBeFor(step.platform, name, scope);
  if (step.digest !== undefined) await tagPulled(step.image, name, scope);
};

/** Removes an image nobody uses; one that is gone is done. What the engine refuses stays, and fails no release. */
export const removeImage: StepRunner<'image.remove'> = async (step, { host, signal, warn }) => {
  try {
    await host.delete(`/images/${step.image}`, undefined, { signal });
  } catch (error) {
    if (isStatus(error, 404)) return;
    if (!(error instanceof HostError) || error.status === undefined || error.status === 503) throw error;
    warn({
      severity: 'warning',
      code: 'image/kept',
      message: 'image was not removed',
      detail: step.image,
      where: `host ${host.name}`,
      why: engineWords(error),
    });
  }
};

/** A pull by digest leaves the image without its tag; people look for the tag. */
async function tagPulled(
  image: string,
  pulled: string,
  { host, signal }: Parameters<typeof pullImage>[1],
): Promise<void> {
  if (image.includes('@')) return;
  const tag = tagOf(image) ?? 'latest';
  const repo = pulled.slice(0, pulled.indexOf('@'));
  await host.post(`/images/${pulled}/tag`, undefined, { repo, tag }, { signal });
}

function tagOf(image: string): string | undefined {
  const colon = image.lastIndexOf(':');
  return colon > image.lastIndexOf('/') ? image.slice(colon + 1) : 'latest';
}

function pullFailure(image: string, words: string, host: string): Error {
  const trouble = registryTrouble(image, words, host);
  return isPassingRegistryTrouble(words) ? new RegistryTrouble(trouble) : new DiagnosticError([trouble], EXIT.failed);
}
