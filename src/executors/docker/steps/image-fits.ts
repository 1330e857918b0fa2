import { stepFailure } from './failure.ts';
import type { StepScope } from './types.ts';

interface ImageAnswer {
  readonly Architecture?: string;
  readonly Os?: string;
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
