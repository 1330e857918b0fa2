import type { Compiled } from '../../model/compiled.ts';
import { type KubernetesOptions, loadKubernetes } from './load.ts';

/** Manifests as a desired state. */
export function compileKubernetes(options: KubernetesOptions & { readonly stack: string }): Compiled {
  const { diagnostics } = loadKubernetes(options);
  return { diagnostics, payloads: new Map(), positions: new Map() };
}
