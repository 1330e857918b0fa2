/** What the entry script offers for keeping results between runs. */
export interface Cache {
  /** Changes with every build, so that no build reads what another one wrote. */
  readonly build: string;
  /** A folder only the user can read and write; undefined when there is none. Made on the first call. */
  directory(): string | undefined;
}

let current: Cache | undefined;

export function useCache(cache: Cache | undefined): void {
  current = cache;
}

/** The cache of this run, if there is one. */
export function currentCache(): Cache | undefined {
  return current;
}
