import type { Readable } from 'node:stream';
import type { HostConnection } from '../transport/connection.ts';

/** Where a volume is mounted in the container through which it is read and written. */
export const VOLUME_FOLDER = '/volume';

/** A volume, and the container that has it mounted at `VOLUME_FOLDER`. */
export interface Mounted {
  readonly host: HostConnection;
  readonly volume: string;
  readonly container: string;
  readonly signal: AbortSignal;
}

/** A volume's content as a tar: its root is named `volume`, then what is in it in the order of names. */
export interface VolumeAccess {
  /**
   * Fails before its end when something could not be read.
   *
   * @param onRemark told of what was left out or changed meanwhile
   */
  read(onRemark?: (words: string) => void): Promise<Readable>;
  /** Adds to what the volume holds; files of the same name are replaced. */
  write(tar: AsyncIterable<Uint8Array>): Promise<void>;
}
