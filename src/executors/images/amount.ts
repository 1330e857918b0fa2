const MB = 1_000_000;

/** Bytes as people read them while they wait: `0.3 MB`, `12 MB`. */
export function formatBytes(bytes: number): string {
  return `${(bytes / MB).toFixed(bytes < 10 * MB ? 1 : 0)} MB`;
}
