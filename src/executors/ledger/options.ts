import type { Revision, RevisionMeta } from '../../model/revision.ts';
import type { HostConnection } from '../transport/connection.ts';
import type { LedgerReading } from './read.ts';

export interface LedgerOptions {
  readonly stack: string;
  readonly connections: ReadonlyMap<string, HostConnection>;
  /** Names of all hosts of the inventory, those that are away or left out included. */
  readonly inventory: readonly string[];
  /** A reading that was made just now, where it is sure of what it found; it is looked at again under the lock. */
  readonly known?: LedgerReading | undefined;
  /** Revisions to keep. Default 20. */
  readonly keep?: number;
}

export interface BeginOptions {
  readonly meta: RevisionMeta;
  readonly payloads: ReadonlyMap<string, Uint8Array>;
  /** Fencing token of the lock that is held. */
  readonly token: number;
  /** Highest number that is known from elsewhere to have been given, when the history was lost. Default 0. */
  readonly above?: number;
  /** Go on with this interrupted revision instead of making a new one. */
  readonly resume?: number;
  /** Asked before each later write; throws when the lock is somebody else's, whose documents must stay. */
  readonly refuseLost?: () => Promise<void>;
}

export interface Begun {
  readonly revision: Revision;
  /** Holds once most copies have the revision; until then nothing may be done that changes what runs. */
  readonly written: Promise<void>;
}
