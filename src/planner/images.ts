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
