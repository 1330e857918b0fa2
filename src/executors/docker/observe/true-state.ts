import { LABEL } from '../../../model/labels.ts';
import type { ContainerState, LiveContainer, LiveHost } from '../../../model/live.ts';
import type { HostReader } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import type { ContainerInspect } from './engine-types.ts';

/**
 * Asks for each container of a stack that is listed as running whether it is: an engine without room on its disk goes
 * on listing one that it has stopped.
 */
export async function withTrueStates(
  reader: HostReader,
  host: LiveHost,
  stack: string,
  signal?: AbortSignal,
): Promise<LiveHost> {
  const containers = await Promise.all(
    host.containers.map(async (container) => {
      if (container.labels[LABEL.stack] !== stack || container.state !== 'running') return container;
      try {
        const path = `/containers/${container.id}/json`;
        return inTrueState(container, await reader.get<ContainerInspect>(path, undefined, { signal }));
      } catch (error) {
        if (isStatus(error, 404)) return container;
        throw error;
      }
    }),
  );
  return { ...host, containers };
}

/** The container as its own record has it, where the list still has it running. */
export function inTrueState(container: LiveContainer, { State }: ContainerInspect): LiveContainer {
  if (container.state !== 'running' || State === undefined || State.Running) return container;
  const { Status, ExitCode } = State;
  return {
    ...container,
    state: Status as ContainerState,
    health: 'none',
    exitCode: ExitCode,
    status: `Exited (${ExitCode})`,
  };
}
