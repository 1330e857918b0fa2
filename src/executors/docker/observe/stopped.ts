import { LABEL } from '../../../model/labels.ts';
import type { LiveContainer, LiveHost } from '../../../model/live.ts';
import type { HostReader } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';

interface Checked {
  readonly State: { readonly Health?: { readonly Status: string } | null };
}

/**
 * Looks whether containers of a stack that ended well had a health check, maybe their image's: the list of containers
 * tells it of running ones only. Who is checked serves somebody, and has been stopped rather than finished.
 */
export async function withStoppedChecks(
  reader: HostReader,
  host: LiveHost,
  stack: string,
  signal?: AbortSignal,
): Promise<LiveHost> {
  const look = async (container: LiveContainer): Promise<LiveContainer> => {
    const hasEndedWell = container.state === 'exited' && container.exitCode === 0;
    if (!hasEndedWell || container.labels[LABEL.stack] !== stack || LABEL.aliveCheck in container.labels)
      return container;
    try {
      const { State } = await reader.get<Checked>(`/containers/${container.id}/json`, undefined, { signal });
      return (State.Health?.Status ?? 'none') === 'none' ? container : { ...container, health: 'unhealthy' };
    } catch (error) {
      if (isStatus(error, 404)) return container;
      throw error;
    }
  };
  return { ...host, containers: await Promise.all(host.containers.map(look)) };
}
