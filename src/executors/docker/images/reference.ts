/** An image reference taken apart and completed, as the engine reads it. */
export interface ImageReference {
  /** `docker.io` when none was named. */
  readonly registry: string;
  /** Without registry; `library/` before the short names of docker.io. */
  readonly repository: string;
  /** `latest` when neither tag nor digest was named. */
  readonly tag?: string;
  readonly digest?: string;
}

export type ParsedReference =
  | { readonly ok: true; readonly reference: ImageReference }
  | { readonly ok: false; readonly why: string };

const DOMAIN =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const MAX_NAME = 255;

/**
 * Reads `[registry/]repository[:tag][@digest]`.
 *
 * @see distribution/reference, the grammar in reference.go
 */
export function parseReference(text: string): ParsedReference {
  const [name = '', digest, ...more] = text.split('@');
  if (more.length > 0) return refuse('it has more than one @');
  if (digest !== undefined && !DIGEST.test(digest)) return refuse(`"${digest}" is not a digest`);
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  const tag = hasTag ? name.slice(colon + 1) : undefined;
  if (tag !== undefined && !TAG.test(tag)) return refuse(`"${tag}" is not a tag`);
  const { registry, path } = splitRegistry(hasTag ? name.slice(0, colon) : name);
  if (!DOMAIN.test(registry)) return refuse(`"${registry}" is not a registry`);
  if (path === '') return refuse('it names no repository');
  const bad = path.split('/').find((component) => !COMPONENT.test(component));
  if (bad !== undefined) {
    return refuse(/[A-Z]/.test(bad) ? `"${bad}" has capital letters` : `"${bad}" is not part of a repository name`);
  }
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  if (registry.length + repository.length >= MAX_NAME) return refuse(`it is longer than ${MAX_NAME} characters`);
  const effectiveTag = tag ?? (digest === undefined ? 'latest' : undefined);
  return {
    ok: true,
    reference: {
      registry,
      repository,
      ...(effectiveTag === undefined ? {} : { tag: effectiveTag }),
      ...(digest === undefined ? {} : { digest }),
    },
  };
}

/** The reference in full; equal for two spellings of one image. */
export function formatReference({ registry, repository, tag, digest }: ImageReference): string {
  const name = `${registry}/${repository}`;
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** A first part with a dot or a port, or `localhost`, is a registry; anything else belongs to docker.io. */
function splitRegistry(name: string): { registry: string; path: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isRegistry = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  if (slash < 0 || !isRegistry) return { registry: 'docker.io', path: name };
  return { registry: first === 'index.docker.io' ? 'docker.io' : first, path: name.slice(slash + 1) };
}

function refuse(why: string): ParsedReference {
  return { ok: false, why };
}
