import { isStatus } from '../../transport/errors.ts';
import { stepFailure } from './failure.ts';
import type { StepScope } from './types.ts';

interface ImageAnswer {
  readonly Architecture?: string;
  readonly Os?: string;
  readonly Variant?: string;
}
interface VersionAnswer {
  readonly Arch?: string;
  readonly Os?: string;
}

/**
 * Refuses an image for another processor before anything is stopped for it. An image with a single build is pulled
 * whatever the host is; it does not stay there, so that the next run looks again.
 *
 * @throws `image/architecture`
 */
export async function mustFitHost(image: string, { host, signal }: StepScope): Promise<void> {
  const [built, engine] = await Promise.all([
    host.get<ImageAnswer>(`/images/${image}/json`, undefined, { signal }),
    host.get<VersionAnswer>('/version', undefined, { signal }),
  ]);
  if (!built.Architecture || !engine.Arch || built.Architecture === engine.Arch) return;
  if (isArm32On64(built.Architecture, engine.Arch)) return;
  await host.delete(`/images/${image}`, undefined, { signal }).catch(() => undefined);
  throw stepFailure('image/architecture', 'image is built for another processor', {
    detail: image,
    where: `host ${host.name}`,
    why: `it is for ${built.Os}/${built.Architecture}, the host is ${engine.Os}/${engine.Arch}; nothing was stopped`,
    fix: `build it for ${engine.Arch} too (docker buildx build --platform …), or say platform: ${built.Os}/${built.Architecture} where the host emulates it`,
  });
}

function isArm32On64(built: string, engine: string): boolean {
  return (built === 'arm' && engine === 'arm64') || (built === '386' && engine === 'amd64');
}

/**
 * Refuses an image that is not for the platform its workload names, before anything is stopped for it.
 *
 * @param platform `os/arch[/variant]`
 * @throws `image/platform`
 */
export async function mustBeFor(platform: string, image: string, scope: StepScope): Promise<void> {
  const { host, signal } = scope;
  const built = await host.get<ImageAnswer>(`/images/${image}/json`, undefined, { signal });
  if (isFor(platform, built)) return;
  await host.delete(`/images/${image}`, undefined, { signal }).catch(() => undefined);
  throw stepFailure('image/platform', 'image is not made for the platform that is asked for', {
    detail: image,
    where: `host ${host.name}`,
    why: `it is for ${nameOf(built)}, and platform says ${platform}; nothing was stopped`,
    fix: `build it for ${platform} too (docker buildx build --platform …), or change platform`,
  });
}

/** True when the host has the image, and for this platform. */
export async function isThereFor(
  platform: string | undefined,
  image: string,
  { host, signal }: StepScope,
): Promise<boolean> {
  if (platform === undefined) return true;
  try {
    return isFor(platform, await host.get<ImageAnswer>(`/images/${image}/json`, undefined, { signal }));
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}

function isFor(platform: string, built: ImageAnswer): boolean {
  const [os, architecture, variant] = platform.split('/').map((part) => ALIASES[part] ?? part);
  const hasSame = (wanted: string | undefined, is: string | undefined) => !wanted || !is || wanted === is;
  return hasSame(os, built.Os) && hasSame(architecture, built.Architecture) && hasSame(variant, built.Variant);
}

const ALIASES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', armhf: 'arm', i386: '386' };

function nameOf({ Os, Architecture, Variant }: ImageAnswer): string {
  return [Os, Architecture, Variant].filter(Boolean).join('/');
}
