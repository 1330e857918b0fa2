const HOST_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const HOST = new RegExp(`^(?:${HOST_PART}(?:\\.${HOST_PART})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const SEGMENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/**
 * The tag of an image reference: `latest` when it has neither tag nor digest, "" with a digest alone, undefined for
 * what is no reference.
 *
 * @see the distribution project's reference grammar
 */
export function imageTag(image: string): string | undefined {
  const [named = '', digest, ...rest] = image.split('@');
  if (rest.length > 0 || (digest !== undefined && !DIGEST.test(digest)) || /^[a-f0-9]{64}$/.test(image))
    return undefined;
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  if (!isName(hasTag ? named.slice(0, colon) : named)) return undefined;
  return tag ?? (digest === undefined ? 'latest' : '');
}

function isName(name: string): boolean {
  const [first = '', ...segments] = name.split('/');
  const isHost = segments.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  if (isHost) return HOST.test(first) && segments.every((segment) => SEGMENT.test(segment));
  return [first, ...segments].every((segment) => SEGMENT.test(segment));
}
