import { LABEL } from './labels.ts';
import type { ContainerSpec } from './spec.ts';
import { specText } from './spec-hash.ts';

/**
 * What Stowage keeps on a host beside the objects it runs. An engine cannot change the labels of a container, so a
 * note is an empty labelled volume: written in one call, read with the list of volumes.
 */
export interface Note {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface HostMarks {
  readonly cordoned: boolean;
  readonly drained: boolean;
  readonly by?: string;
  readonly reason?: string;
}

const MARK_ROLE = 'host-mark';
const SPEC_ROLE = 'spec-note';
const NAMES_ROLE = 'names-note';
const MARK_VOLUME = 'stowage-host-mark';

const MARK = {
  cordoned: `${LABEL.prefix}cordoned`,
  drained: `${LABEL.prefix}drained`,
  by: `${LABEL.prefix}by`,
  reason: `${LABEL.prefix}reason`,
} as const;

/** The mark of a host that is cordoned or drained. */
export function markNote(marks: HostMarks): Note {
  const labels: Record<string, string> = {
    [LABEL.role]: MARK_ROLE,
    [MARK.cordoned]: String(marks.cordoned),
    [MARK.drained]: String(marks.drained),
  };
  if (marks.by !== undefined) labels[MARK.by] = marks.by;
  if (marks.reason !== undefined) labels[MARK.reason] = marks.reason;
  return { name: MARK_VOLUME, labels };
}

/** The marks among a host's volumes; none is neither cordoned nor drained. */
export function readMarks(volumes: readonly Note[]): HostMarks {
  const labels = volumes.find((v) => v.name === MARK_VOLUME && v.labels[LABEL.role] === MARK_ROLE)?.labels ?? {};
  return {
    cordoned: labels[MARK.cordoned] === 'true',
    drained: labels[MARK.drained] === 'true',
    ...(labels[MARK.by] === undefined ? {} : { by: labels[MARK.by] }),
    ...(labels[MARK.reason] === undefined ? {} : { reason: labels[MARK.reason] }),
  };
}

/** The specification a container has since it was updated in place; stands above its own label. */
export function specNote(stack: string, containerId: string, spec: ContainerSpec): Note {
  return {
    name: specNoteName(containerId),
    labels: { [LABEL.role]: SPEC_ROLE, [LABEL.stack]: stack, [LABEL.spec]: specText(spec) },
  };
}

/** Name of the note about a container, which is removed with it. */
export function specNoteName(containerId: string): string {
  return `stowage-spec-${containerId.slice(0, 24)}`;
}

/** The specification noted for a container, if it was updated in place and the note can be read. */
export function readSpecNote(volumes: readonly Note[], containerId: string): ContainerSpec | undefined {
  const name = specNoteName(containerId);
  const text = volumes.find((v) => v.name === name && v.labels[LABEL.role] === SPEC_ROLE)?.labels[LABEL.spec];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as ContainerSpec;
  } catch {
    return undefined;
  }
}

/** Says that a container has the names it shares with others, or that they were taken from it. */
export function namesNote(stack: string, containerId: string, isNamed: boolean): Note {
  return { name: namesNoteName(containerId, isNamed), labels: { [LABEL.role]: NAMES_ROLE, [LABEL.stack]: stack } };
}

/** Two notes, each made and removed in one call; both are removed with the container. */
export function namesNoteName(containerId: string, isNamed: boolean): string {
  return `stowage-${isNamed ? 'named' : 'unnamed'}-${containerId.slice(0, 24)}`;
}

/** True for a container that does not have the names it shares with others. That they were taken stands above the rest. */
export function isUnnamed(
  volumes: readonly Note[],
  containerId: string,
  labels: Readonly<Record<string, string>>,
): boolean {
  const has = (isNamed: boolean) => {
    const name = namesNoteName(containerId, isNamed);
    return volumes.some((v) => v.name === name && v.labels[LABEL.role] === NAMES_ROLE);
  };
  return has(false) || (labels[LABEL.held] !== undefined && !has(true));
}
