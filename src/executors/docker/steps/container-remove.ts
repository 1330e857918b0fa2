import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL } from '../../../model/labels.ts';
import { namesNoteName, specNoteName } from '../../../model/notes.ts';
import type { HostConnection } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import { FILES_ROLE } from '../spec/file-volumes.ts';
import { type ContainerInspect, containerPath, inspectContainer, inspectOwn } from './container.ts';
import { engineWords, stepFailure } from './failure.ts';
import { forgetAdoption } from './own.ts';
import type { StepRunner } from './types.ts';

const REMOVE_TIMEOUT_MS = 120_000;

/**
 * Removes a stopped container, with the note about it and the volumes made for its files; one that is gone is done.
 * Other unnamed volumes stay, as they may hold data, unless the step is marked destructive.
 */
export const removeContainer: StepRunner<'container.remove'> = async (step, { host, context, signal }) => {
  const found = await inspectOwn(host, step.container, context.stack, signal);
  if (found === undefined) return;
  if (found.State.Running || found.State.Restarting) throw stillRunning(step.container);
  await removeById(host, found.Id, step.destructive === true, signal);
  const unnamed = found.Mounts.filter((m) => m.Type === 'volume' && isUnnamed(m.Name)).map((m) => m.Name ?? '');
  await Promise.all([
    removeVolume(host, specNoteName(found.Id), signal),
    ...[true, false].map((isNamed) => removeVolume(host, namesNoteName(found.Id, isNamed), signal)),
    forgetAdoption(host, { kind: 'container', id: found.Id, labels: found.Config.Labels }, signal),
    ...unnamed.map((name) => removeFilesVolume(host, name, signal)),
  ]);
};

async function removeById(host: HostConnection, id: string, withVolumes: boolean, signal: AbortSignal): Promise<void> {
  try {
    const query = { v: withVolumes };
    await host.delete(containerPath(id), query, { signal, timeoutMs: REMOVE_TIMEOUT_MS });
  } catch (error) {
    if (isStatus(error, 404)) return;
    if (!isStatus(error, 409) || !/already in progress/i.test(engineWords(error))) throw error;
    await untilGone(host, id, signal);
  }
}

async function untilGone(host: HostConnection, id: string, signal: AbortSignal): Promise<void> {
  let found: ContainerInspect | undefined;
  do {
    await sleep(200, undefined, { signal });
    found = await inspectContainer(host, id, signal);
  } while (found !== undefined);
}

function isUnnamed(name: string | undefined): boolean {
  return name !== undefined && /^[0-9a-f]{64}$/.test(name);
}

async function removeFilesVolume(host: HostConnection, name: string, signal: AbortSignal): Promise<void> {
  try {
    const path = `/volumes/${name}`;
    const volume = await host.get<{ Labels: Record<string, string> | null }>(path, undefined, { signal });
    if (volume.Labels?.[LABEL.role] === FILES_ROLE) await removeVolume(host, name, signal);
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

/** Removes a volume; one that is gone is done. */
export async function removeVolume(host: HostConnection, name: string, signal?: AbortSignal): Promise<void> {
  try {
    await host.delete(`/volumes/${name}`, undefined, { signal });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

function stillRunning(container: string) {
  return stepFailure('container/still-running', 'container to remove is running', {
    detail: container,
    why: 'it was started again after it was stopped',
    fix: 'plan and apply again',
  });
}
