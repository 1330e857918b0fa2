const SYNC_FOLDER = '/var/lib/stowage/sync';

/** Where the contents that a stack copies to its hosts lie there, a folder for each, named by `contentName`. */
export function syncFolder(stack: string): string {
  return `${SYNC_FOLDER}/${stack}`;
}

/** @param digest `sha256:…` of the content */
export function contentName(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 32);
}
