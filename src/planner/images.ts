import type { DesiredState } from '../model/desired.ts';
import type { LiveHost } from '../model/live.ts';

/** `registry/repository:tag` in full: what two spellings of one image have in common. */
export function fullReference(image: string): string {
  const [name = '', digest] = image.split('@', 2);
  const first = name.split('/', 1)[0] ?? '';
  const hasRegistry = name.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const withRegistry = hasRegistry ? name : `docker.io/${name.includes('/') ? name : `library/${name}`}`;
  if (digest !== undefined) return `${withoutTag(withRegistry)}@${digest}`;
  return withoutTag(withRegistry) === withRegistry ? `${withRegistry}:latest` : withRegistry;
}

function withoutTag(name: string): string {
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

/** True when the host has the bytes the plan means: the resolved digest, or the tag when nothing was resolved. */
export function hasImage(host: LiveHost, image: string, digest: string | undefined): boolean {
  const full = fullReference(image);
  return host.images.some((i) =>
    digest === undefined
      ? i.tags.some((t) => fullReference(t) === full) ||
        i.digests.some((d) => fullReference(d) === full) ||
        i.id === image
      : i.id === digest ||
        i.digests.some((d) => fullReference(d) === `${withoutTag(full.split('@')[0] as string)}@${digest}`),
  );
}

/** Images whose tag a registry has to be asked about, once each, sorted: all but those built or never pulled. */
export function imagesToResolve(desired: DesiredState): string[] {
  const templates = desired.workloads.map((w) => w.template);
  const named = templates
    .flatMap((t) => [...t.containers, ...t.initContainers])
    .filter((c) => c.pullPolicy !== 'never' && c.pullPolicy !== 'build')
    .map((c) => c.image);
  const groups = templates.some((t) => t.containers.length + t.initContainers.length > 1);
  return [...new Set([...named, ...(groups ? [pauseImage(desired)] : [])])].sort();
}

export const DEFAULT_PAUSE_IMAGE = 'registry.k8s.io/pause:3.10';

/** Image of the container that holds a pod's namespaces. */
export function pauseImage(desired: DesiredState): string {
  return desired.options.pauseImage ?? DEFAULT_PAUSE_IMAGE;
}
