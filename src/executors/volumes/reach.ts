import { LABEL } from '../../model/labels.ts';
import { withHelper } from '../docker/steps/helper-container.ts';
import type { HostConnection } from '../transport/connection.ts';
import { VOLUME_FOLDER, type VolumeAccess } from './access.ts';
import { engineAccess } from './engine-access.ts';
import { hostAccess } from './host-access.ts';

export interface Reach {
  readonly stack: string;
  readonly volume: string;
  /** What for, in the container's name. */
  readonly purpose: 'backup' | 'copy' | 'restore';
}

/**
 * Does `work` with a volume that a container keeps in use meanwhile; that one never starts. The host's own `tar` reads
 * and writes where the login may use it on the engine's folders, which is twice as fast; else the engine's archive calls do.
 */
export async function withVolume<T>(
  host: HostConnection,
  { stack, volume, purpose }: Reach,
  signal: AbortSignal,
  work: (access: VolumeAccess) => Promise<T>,
): Promise<T> {
  const helper = {
    name: `stowage-${purpose}-${volume}`,
    labels: { [LABEL.stack]: stack, [LABEL.role]: 'helper' },
    mounts: { Mounts: [{ Type: 'volume', Source: volume, Target: VOLUME_FOLDER }] },
  };
  return await withHelper(host, helper, signal, async (container) => {
    const mounted = { host, volume, container, signal };
    return await work((await hostAccess(mounted)) ?? engineAccess(mounted));
  });
}
