import type { DesiredState, PodTemplate } from '../model/desired.ts';
import type { LiveHost, LiveImage } from '../model/live.ts';

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
  return host.images.some((i) => isImage(i, image, digest));
}

/** True when an image of a host is the one that a reference and its digest mean. */
export function isImage(found: LiveImage, image: string, digest: string | undefined): boolean {
  const full = fullReference(image);
  if (digest === undefined) {
    return found.id === image || [...found.tags, ...found.digests].some((name) => fullReference(name) === full);
  }
  return found.id === digest || found.digests.some((d) => fullReference(d) === `${repositoryOf(image)}@${digest}`);
}

/** `registry/repository` in full, without tag and digest. */
export function repositoryOf(image: string): string {
  return withoutTag(fullReference(image).split('@')[0] as string);
}

/** Where an image comes from that no registry serves. */
export interface ImageOrigin {
  /** A host of the run; the engine of the machine that stowage runs on when absent. */
  readonly from?: string;
  /** Id of the image at its origin. */
  readonly digest: string;
}

/** The engine a host gets an image from without a registry: the local one, or a host that has these very bytes. */
export function imageOrigin(
  build: { readonly localImages: readonly string[]; readonly hosts: ReadonlyMap<string, LiveHost> },
  host: LiveHost,
  image: string,
  digest: string | undefined,
): ImageOrigin | undefined {
  if (digest === undefined) return undefined;
  const from = [...build.hosts.values()].find((h) => h.name !== host.name && h.images.some((i) => i.id === digest));
  if (build.localImages.includes(image)) return { digest };
  return from === undefined ? undefined : { from: from.name, digest };
}

/** Images whose tag a registry has to be asked about, once each, sorted: all but those built or never pulled. */
export function imagesToResolve(desired: DesiredState): string[] {
  const templates = desired.workloads.map((w) => w.template);
  const named = templates
    .flatMap((t) => [...t.containers, ...t.initContainers])
    .filter((c) => c.pullPolicy !== 'never' && c.pullPolicy !== 'build')
    .map((c) => c.image);
  return [...new Set([...named, ...(templates.some(needsPause) ? [pauseImage(desired)] : [])])].sort();
}

/** Images that are never pulled: those built here, and those whose file says so. Once each, sorted. */
export function imagesNotPulled(desired: DesiredState): { readonly image: string; readonly isBuilt: boolean }[] {
  const containers = desired.workloads.flatMap((w) => [...w.template.containers, ...w.template.initContainers]);
  const found = new Map<string, boolean>();
  for (const { image, pullPolicy } of containers) {
    if (pullPolicy === 'never' || pullPolicy === 'build')
      found.set(image, pullPolicy === 'build' || (found.get(image) ?? false));
  }
  return [...found].map(([image, isBuilt]) => ({ image, isBuilt })).sort((a, b) => (a.image < b.image ? -1 : 1));
}

export const DEFAULT_PAUSE_IMAGE = 'registry.k8s.io/pause:3.10';

/** Image of the container that holds a pod's namespaces. */
export function pauseImage(desired: DesiredState): string {
  return desired.options.pauseImage ?? DEFAULT_PAUSE_IMAGE;
}

/** True when more than one of its containers needs the namespaces of the pod, so that one of its own has to hold them. */
export function needsPause({ containers, initContainers }: PodTemplate): boolean {
  return containers.length + initContainers.filter(({ withoutNetwork }) => !withoutNetwork).length > 1;
}
