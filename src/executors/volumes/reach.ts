import { LABEL } from '../../model/labels.ts';
import { withHelper } from '../docker/steps/helper-container.ts';
import type { HostConnection } from '../transport/connection.ts';

/** Where a volume is mounted in the container through which it is read and written. */
export const VOLUME_FOLDER = '/volume';

export interface Reach {
  readonly stack: string;
  readonly volume: string;
  /** What for, in the container's name. */
  readonly purpose: 'backup' | 'copy' | 'restore';
}

/** Does `work` with a container that never starts and has the volume mounted at `VOLUME_FOLDER`. */
export async function withVolume<T>(
  host: HostConnection,
  { stack, volume, purpose }: Reach,
  signal: AbortSignal,
  work: (container: string) => Promise<T>,
): Promise<T> {
  const helper = {
    name: `stowage-${purpose}-${volume}`,
    labels: { [LABEL.stack]: stack, [LABEL.role]: 'helper' },
    mounts: { Mounts: [{ Type: 'volume', Source: volume, Target: VOLUME_FOLDER }] },
  };
  return await withHelper(host, helper, signal, work);
}
