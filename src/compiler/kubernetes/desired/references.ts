import type { LoadedObject } from '../load.ts';
import type { FieldPath } from '../path.ts';
import type { Conversion } from './context.ts';

/** The pod that is converted, and where its specification stands in its object. */
export interface PodPlace {
  readonly object: LoadedObject;
  /** Path of the pod's `spec`. */
  readonly path: FieldPath;
}

const KINDS = { config: 'ConfigMap', secret: 'Secret' } as const;

/** Reports a ConfigMap, a Secret or a key of one that is not in the files; nothing when the reference is optional. */
export function reportMissing(
  kind: 'config' | 'secret',
  name: string,
  key: string | undefined,
  isOptional: boolean | undefined,
  pod: PodPlace,
  path: FieldPath,
  to: Conversion,
): void {
  if (isOptional) return;
  const namespace = pod.object.namespace;
  const known = to.keysOf(kind, namespace, name);
  const what = KINDS[kind];
  to.findings(pod.object).error('missing-reference', `a ${what} that the pod needs is not in the files`, path, {
    detail:
      known && key !== undefined
        ? `${what} ${name} has no key \`${key}\``
        : `${what} ${name} in namespace ${namespace}`,
    why: known ? `it has ${known.join(', ') || 'no keys'}` : 'there is no cluster to take it from',
    fix: known
      ? 'correct the key, or mark the reference optional'
      : `add the ${what} to the files, or mark the reference optional`,
  });
}
