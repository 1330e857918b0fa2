/** The label by which a pod of a StatefulSet knows its own name. */
export const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';

/** `web-2` → web, 2. A name that is not of this form has no parent and ordinal −1. */
export function parsePodName(name: string): { parent: string; ordinal: number } {
  const match = /^(.*)-([0-9]+)$/.exec(name);
  return match ? { parent: match[1] ?? '', ordinal: Number(match[2]) } : { parent: '', ordinal: -1 };
}

export interface NamedPod {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Does the pod have the name, namespace and label of an ordinal of the set? */
export function hasIdentity(set: { readonly name: string; readonly namespace?: string }, pod: NamedPod): boolean {
  const { parent, ordinal } = parsePodName(pod.name);
  return (
    ordinal >= 0 &&
    parent === set.name &&
    pod.name === `${set.name}-${ordinal}` &&
    pod.namespace === set.namespace &&
    pod.labels?.[POD_NAME_LABEL] === pod.name
  );
}

/** The claim of an ordinal: its name, and its labels with those that select the set's pods. */
export function claimFor(
  set: string,
  ordinal: number,
  template: { readonly name: string; readonly labels?: Readonly<Record<string, string>> | null },
  matchLabels: Readonly<Record<string, string>>,
): { claimName: string; labels: Record<string, string> } {
  return { claimName: `${template.name}-${set}-${ordinal}`, labels: { ...template.labels, ...matchLabels } };
}
