import { engineWords } from '../docker/steps/failure.ts';
import { HostError } from '../transport/errors.ts';
import { type Mounted, VOLUME_FOLDER, type VolumeAccess } from './access.ts';
import { refused } from './refused.ts';

/** A volume through the engine's archive calls, which every engine and every kind of connection has. */
export function engineAccess({ host, volume, container, signal }: Mounted): VolumeAccess {
  const options = { signal, timeoutMs: 0 };
  return {
    read: async () => await host.getArchive(container, VOLUME_FOLDER, options),
    write: async (tar) => {
      try {
        await host.putArchive(container, '/', tar, options);
      } catch (error) {
        if (!(error instanceof HostError) || error.status === undefined) throw error;
        throw refused(volume, error.host, engineWords(error));
      }
    },
  };
}
