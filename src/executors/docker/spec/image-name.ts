/**
 * The reference to create or pull by: the repository with the resolved digest when there is one, so that a moved
 * tag changes nothing; else the reference as written.
 */
export function imageName(image: string, digest: string | undefined): string {
  if (digest === undefined || image.includes('@')) return image;
  return `${repositoryOf(image)}@${digest}`;
}

/** The reference without tag and digest: `registry:5000/team/web:1` → `registry:5000/team/web`. */
export function repositoryOf(image: string): string {
  const name = image.split('@', 1)[0] ?? image;
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

/** The registry's host name as credentials are kept by it; `docker.io` when the reference names none. */
export function registryOf(image: string): string {
  const first = image.split('/', 1)[0] ?? '';
  const named = image.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  return named ? first : 'docker.io';
}
