import { canonicalJson } from '../../../model/canonical.ts';
import { LABEL } from '../../../model/labels.ts';
import { sha256Hex } from '../../../model/spec-hash.ts';
import type { HostReader } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import { foreign } from './container.ts';
import { engineWords, stepFailure } from './failure.ts';
import { forgetAdoption, isOwn } from './own.ts';
import type { StepRunner } from './types.ts';

interface VolumeInspect {
  readonly Name: string;
  readonly Driver: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/** Creates a volume; the stack's own is done, whatever it holds. */
export const createVolume: StepRunner<'volume.create'> = async (step, { host, context, signal }) => {
  const { volume } = step;
  const found = await inspectVolume(host, volume.name, signal);
  if (found !== undefined) {
    const object = { kind: 'volume', id: volume.name, labels: found.Labels } as const;
    if (!(await isOwn(host, object, context.stack, signal))) throw foreign('volume', volume.name, context.stack);
    return;
  }
  const body = {
    Name: volume.name,
    Driver: volume.driver,
    DriverOpts: volume.driverOptions,
    Labels: {
      ...volume.labels,
      [LABEL.stack]: context.stack,
      [LABEL.resource]: volume.resource,
      [LABEL.specHash]: sha256Hex(canonicalJson(volume)),
      [LABEL.spec]: canonicalJson(volume),
    },
  };
  await host.post('/volumes/create', body, undefined, { signal });
};

/** Removes a volume of the stack and its data; one that is gone is done. */
export const removeVolume: StepRunner<'volume.remove'> = async (step, { host, context, signal }) => {
  const found = await inspectVolume(host, step.volume, signal);
  if (found === undefined) return;
  const object = { kind: 'volume', id: step.volume, labels: found.Labels } as const;
  if (!(await isOwn(host, object, context.stack, signal))) throw foreign('volume', step.volume, context.stack);
  try {
    await host.delete(`/volumes/${encodeURIComponent(step.volume)}`, undefined, { signal });
    await forgetAdoption(host, object, signal);
  } catch (error) {
    if (isStatus(error, 404)) return;
    if (!isStatus(error, 409)) throw error;
    throw stepFailure('volume/in-use', 'volume to remove is in use', {
      detail: step.volume,
      why: engineWords(error),
      fix: `remove what uses it first (docker ps -a --filter volume=${step.volume})`,
    });
  }
};

/** The volume of this name, undefined when there is none. */
export async function inspectVolume(
  host: Pick<HostReader, 'get'>,
  name: string,
  signal?: AbortSignal,
): Promise<VolumeInspect | undefined> {
  try {
    return await host.get<VolumeInspect>(`/volumes/${encodeURIComponent(name)}`, undefined, { signal });
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}
