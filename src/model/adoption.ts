import { LABEL } from './labels.ts';
import type { Note } from './notes.ts';
import { sha256Hex } from './spec-hash.ts';

export type AdoptedKind = 'container' | 'network' | 'volume';

/** An object that was taken over. An engine cannot label what exists, so that a note beside it says whose it is. */
export interface Adoption {
  readonly kind: AdoptedKind;
  /** The engine's id; of a volume its name. */
  readonly id: string;
  /** The identity labels it would carry, had it been created by us. */
  readonly labels: Readonly<Record<string, string>>;
}

type Labels = Readonly<Record<string, string>>;

/** Identity labels by `kind id`. */
export type Adoptions = ReadonlyMap<string, Labels>;

/** Role of the notes; with it and the stack's label they are found in one call. */
export const ADOPTION_ROLE = 'adoption-note';

const KEY = {
  kind: `${LABEL.prefix}adopted-kind`,
  id: `${LABEL.prefix}adopted-id`,
  labels: `${LABEL.prefix}adopted-labels`,
} as const;

/** The note by which an object is the stack's. */
export function adoptionNote({ kind, id, labels }: Adoption): Note {
  return {
    name: adoptionNoteName(kind, id),
    labels: {
      [LABEL.role]: ADOPTION_ROLE,
      [LABEL.stack]: labels[LABEL.stack] ?? '',
      [KEY.kind]: kind,
      [KEY.id]: id,
      [KEY.labels]: JSON.stringify(labels),
    },
  };
}

/** Name of the note about an object, which goes with it. */
export function adoptionNoteName(kind: AdoptedKind, id: string): string {
  return `stowage-adopted-${kind}-${kind === 'volume' ? sha256Hex(id).slice(0, 24) : id.slice(0, 24)}`;
}

/** What one volume says, if it is such a note. */
export function readAdoption(labels: Labels): Adoption | undefined {
  const { [KEY.kind]: kind, [KEY.id]: id, [KEY.labels]: text } = labels;
  if (labels[LABEL.role] !== ADOPTION_ROLE || id === undefined || text === undefined) return undefined;
  if (kind !== 'container' && kind !== 'network' && kind !== 'volume') return undefined;
  try {
    return { kind, id, labels: JSON.parse(text) as Labels };
  } catch {
    return undefined;
  }
}

/** All that was taken over on a host. */
export function readAdoptions(volumes: readonly Pick<Note, 'labels'>[]): Adoptions {
  const found = volumes.flatMap(({ labels }) => readAdoption(labels) ?? []);
  return new Map(found.map(({ kind, id, labels }) => [`${kind} ${id}`, labels]));
}

/** An object as if it carried the labels that were noted for it; labels of its own stand above them. */
export function withAdoption<T extends { readonly labels: Labels }>(
  object: T,
  kind: AdoptedKind,
  id: string,
  adoptions: Adoptions,
): T & { readonly adopted?: true } {
  const noted = adoptions.get(`${kind} ${id}`);
  return noted === undefined ? object : { ...object, labels: { ...noted, ...object.labels }, adopted: true };
}
