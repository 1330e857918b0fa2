import type { Diagnostic } from './diagnostic.ts';
import type { HostEntry } from './inventory.ts';
import type { EngineInfo } from './live.ts';
import type { HostMarks } from './notes.ts';

/** What one host says of itself; without `engine` and the rest where it could not be reached. */
export interface HostReport {
  readonly entry: HostEntry;
  readonly reachable: boolean;
  readonly engine?: EngineInfo;
  readonly containers?: { readonly running: number; readonly total: number };
  readonly marks?: HostMarks;
  /** Why it could not be reached. */
  readonly error?: Diagnostic;
}
