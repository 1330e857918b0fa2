import type { HostReader } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import { repositoryOf } from '../spec/image-name.ts';
import { stepFailure } from './failure.ts';

interface ImageInspect {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
}

/**
 * What to create by when the engine does not know the reference with its digest: the id of the image under the tag, if
 * that is the same image (one that was transferred has no registry digest).
 */
export async function localImage(
  host: HostReader,
  image: string,
  digest: string | undefined,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const found = await inspectImage(host, image, signal);
  const isSame =
    digest === undefined || found?.Id === digest || (found?.RepoDigests ?? []).some((d) => d.endsWith(`@${digest}`));
  if (isSame) return found?.Id;
  // The tag has moved on; an image that was transferred is still there by its id.
  return (await inspectImage(host, digest, signal))?.Id === digest ? digest : undefined;
}

/** True when an image with this digest is on the host under the reference's repository. */
export async function hasImage(
  host: HostReader,
  image: string,
  digest: string | undefined,
  signal?: AbortSignal,
): Promise<boolean> {
  if (digest === undefined) return (await inspectImage(host, image, signal)) !== undefined;
  if ((await inspectImage(host, `${repositoryOf(image)}@${digest}`, signal)) !== undefined) return true;
  return (await localImage(host, image, digest, signal)) !== undefined;
}

async function inspectImage(host: HostReader, image: string, signal?: AbortSignal): Promise<ImageInspect | undefined> {
  try {
    return await host.get<ImageInspect>(`/images/${image}/json`, undefined, { signal });
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

export function missingImage(image: string, digest: string | undefined) {
  return stepFailure('image/missing', 'image is not on the host', {
    detail: digest === undefined ? image : `${image} (${digest})`,
    why: 'it was never pulled there, or removed since the plan was made',
    fix: 'plan and apply again; with pull_policy never, load the image onto the host first',
  });
}
