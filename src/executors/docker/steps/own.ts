import { ADOPTION_ROLE, type AdoptedKind, adoptionNoteName, readAdoption } from '../../../model/adoption.ts';
import { LABEL } from '../../../model/labels.ts';
import type { HostConnection, HostReader } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';

type Labels = Readonly<Record<string, string>>;

interface Identified {
  readonly kind: AdoptedKind;
  /** The engine's id; of a volume its name. */
  readonly id: string;
  readonly labels: Labels | null | undefined;
}

/** Identity labels of an object: its own, or those of the note by which it was taken over. */
export async function identityOf(
  host: Pick<HostReader, 'get'>,
  { kind, id, labels }: Identified,
  signal?: AbortSignal,
): Promise<Labels> {
  if (labels?.[LABEL.stack] !== undefined) return labels;
  const path = `/volumes/${adoptionNoteName(kind, id)}`;
  try {
    const note = await host.get<{ Labels: Labels | null }>(path, undefined, { signal });
    const adoption = readAdoption(note.Labels ?? {});
    return adoption?.id === id ? { ...adoption.labels, ...labels } : (labels ?? {});
  } catch (error) {
    if (isStatus(error, 404)) return labels ?? {};
    throw error;
  }
}

/** True for an object of the stack, labelled or taken over. */
export async function isOwn(
  host: Pick<HostReader, 'get'>,
  object: Identified,
  stack: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return (await identityOf(host, object, signal))[LABEL.stack] === stack;
}

/** Takes away the note about an object that is gone; without one nothing happens. */
export async function forgetAdoption(
  host: HostConnection,
  { kind, id, labels }: Identified,
  signal: AbortSignal,
): Promise<void> {
  if (labels?.[LABEL.stack] !== undefined) return;
  try {
    await host.delete(`/volumes/${adoptionNoteName(kind, id)}`, undefined, { signal });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

/** Ids of the containers on a host that were taken over and whose noted labels are these. */
export async function adoptedContainers(host: HostReader, wanted: Labels, signal?: AbortSignal): Promise<string[]> {
  const filters = { label: [`${LABEL.role}=${ADOPTION_ROLE}`, `${LABEL.stack}=${wanted[LABEL.stack]}`] };
  const { Volumes } = await host.get<{ Volumes: { Labels: Labels | null }[] | null }>(
    '/volumes',
    { filters },
    { signal },
  );
  return (Volumes ?? []).flatMap((volume) => {
    const adoption = readAdoption(volume.Labels ?? {});
    if (adoption?.kind !== 'container') return [];
    return Object.entries(wanted).every(([key, value]) => adoption.labels[key] === value) ? [adoption.id] : [];
  });
}
