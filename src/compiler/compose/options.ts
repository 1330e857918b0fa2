import type { FileReader } from '../source/reader.ts';

/** What to load and how; the fields are the global flags of `docker compose`. */
export interface LoadOptions {
  /** As given; `-` is standard input. Empty: `COMPOSE_FILE`, then the compose file of the folder or the nearest above. */
  readonly files: readonly string[];
  /** The folder that relative paths of the options start from, absolute. */
  readonly workingDir: string;
  readonly projectDirectory?: string;
  readonly projectName?: string;
  /** Name of the project when nothing else says one; else it is that of the project folder. */
  readonly defaultName?: string;
  readonly profiles?: readonly string[];
  readonly envFiles?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly reader: FileReader;
  readonly stdin?: string;
  /** Bytes of configs and secrets that come from commands and encrypted files, by `requestKey`. */
  readonly sources?: ReadonlyMap<string, Uint8Array>;
  /** Default true. */
  readonly interpolate?: boolean;
  /** Default true: fill in names, the default network, implied dependencies. */
  readonly normalise?: boolean;
  /** Default true: make paths absolute. */
  readonly resolvePaths?: boolean;
  /** Default true: check references between parts of the model. */
  readonly consistency?: boolean;
  /** Default true: read `env_file`. */
  readonly resolveEnvironment?: boolean;
  /** Only these services and what they depend on; their profiles count as enabled. */
  readonly services?: readonly string[];
  /** Turn version-1 files (services at the top level) into current ones, with a note, instead of refusing them. */
  readonly modernise?: boolean;
  /** The engine has a store of its own for external configs and secrets. */
  readonly keepsExternal?: boolean;
  /** Keep networks, volumes, configs and secrets that no service uses. */
  readonly allResources?: boolean;
}
