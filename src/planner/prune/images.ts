import type { Change } from '../../model/change.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveHost, LiveImage } from '../../model/live.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { fullReference, isImage, repositoryOf } from '../images.ts';
import type { NamedImage } from './kept.ts';

/** What decides which images may go. */
export interface ImagePrune {
  /** Images that revisions of this stack named, kept or not: nothing else is ever removed. */
  readonly ours: readonly NamedImage[];
  /** Images that must stay: of kept revisions, of this stack and of others on the hosts. */
  readonly kept: readonly NamedImage[];
  /** Stacks whose history `kept` counts in. */
  readonly stacks: readonly string[];
  /** Revisions that keep their images. */
  readonly keep: number;
}

/** An image that goes, and the names by which it is removed. */
export interface ImageRemoval {
  readonly found: LiveImage;
  readonly names: readonly string[];
  /** It is the beginning of an image, and no image. */
  readonly isLeftOver: boolean;
}

/**
 * Images of a host that only revisions out of reach used. An image with a name that no revision gave it stays.
 *
 * @param gone containers that are removed before
 */
export function imagesToRemove(
  host: LiveHost,
  prune: ImagePrune,
  gone: ReadonlySet<string> = new Set(),
): ImageRemoval[] {
  const used = new Set(host.containers.filter((c) => !gone.has(c.name)).map((c) => c.imageId));
  const foreign = foreignRepositories(host, prune.stacks);
  return host.images.flatMap((found): ImageRemoval[] => {
    const isKept = prune.kept.some((k) => isImage(found, k.image, k.digest));
    if (isKept || used.has(found.id)) return [];
    if (isPartial(found, host, prune)) return [{ found, names: found.tags, isLeftOver: true }];
    const isOurs = prune.ours.some((o) => isImage(found, o.image, o.digest)) && hasOnlyOurNames(found, prune.ours);
    if (!isOurs || repositoriesOf(found).some((r) => foreign.has(r))) return [];
    return [{ found, names: namesOf(found), isLeftOver: false }];
  });
}

/** Repositories of stacks that run here and whose history is on other hosts: what they may go back to is not known. */
function foreignRepositories(host: LiveHost, stacks: readonly string[]): ReadonlySet<string> {
  const others = host.containers.filter((c) => {
    const stack = c.labels[LABEL.stack];
    return stack !== undefined && !stacks.includes(stack);
  });
  return new Set(others.map((c) => repositoryOf(c.spec?.image ?? c.image)));
}

function hasOnlyOurNames({ tags, digests }: LiveImage, ours: readonly NamedImage[]): boolean {
  const names = new Set(ours.map((o) => fullReference(o.image)));
  const repositories = new Set(ours.map((o) => repositoryOf(o.image)));
  return tags.every((t) => names.has(fullReference(t))) && digests.every((d) => repositories.has(repositoryOf(d)));
}

const PARTIAL = /^stowage\.local\/partial:([0-9a-f]{12})-\d+$/;

/** The beginning of an image whose transfer broke and that has arrived since, or is not wanted any more. */
function isPartial({ tags }: LiveImage, host: LiveHost, { ours, kept }: ImagePrune): boolean {
  if (tags.length === 0) return false;
  return tags.every((tag) => {
    const [, id] = PARTIAL.exec(tag) ?? [];
    if (id === undefined) return false;
    const begins = (digest: string | undefined) => digest?.startsWith(`sha256:${id}`) ?? false;
    if (host.images.some((i) => begins(i.id))) return true;
    return ours.some((o) => begins(o.digest)) && !kept.some((k) => begins(k.digest));
  });
}

function repositoriesOf({ tags, digests }: LiveImage): string[] {
  return [...tags, ...digests].map(repositoryOf);
}

/** With its last tag a repository's digests go too. */
function namesOf({ id, tags, digests }: LiveImage): string[] {
  const tagged = new Set(tags.map(repositoryOf));
  const names = [...tags, ...digests.filter((d) => !tagged.has(repositoryOf(d)))];
  return names.length > 0 ? names : [id];
}

/** Removes the images of every host, once the steps in `after` are done. */
export function emitImageRemovals(
  build: { readonly hosts: ReadonlyMap<string, LiveHost>; readonly graph: GraphBuilder; readonly changes: Change[] },
  prune: ImagePrune,
  after: readonly number[],
): void {
  const old = `used by none of the last ${prune.keep} releases`;
  for (const host of build.hosts.values()) {
    const removals = build.graph.stepsOf('container.remove').filter((s) => s.host === host.name);
    for (const { found, names, isLeftOver } of imagesToRemove(host, prune, new Set(removals.map((s) => s.container)))) {
      const [resource = found.id] = names;
      const cause = isLeftOver ? 'left by a transfer that broke' : old;
      build.changes.push({ action: 'delete', kind: 'image', resource, host: host.name, differences: [], cause });
      for (const image of names) build.graph.add('image.remove', { host: host.name, cause, after }, { image });
    }
  }
}
