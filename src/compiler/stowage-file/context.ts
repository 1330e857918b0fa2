import type { Diagnostic } from '../../model/diagnostic.ts';
import type { HostEntry } from '../../model/inventory.ts';

/** What converting a checked document needs and collects. */
export interface Context {
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** What `~/` stands for. */
  readonly home: string;
  readonly diagnostics: Diagnostic[];
  /** Hosts of the top level, which environments may pick by name. */
  readonly hosts: ReadonlyMap<string, HostEntry>;
}
