import type { Compiled } from '../../model/compiled.ts';
import { kubernetesToDesired } from './desired/index.ts';
import type { Json } from './json.ts';
import { type ExpandedObject, type KubernetesOptions, loadKubernetes } from './load.ts';
import { toUntyped } from './schema/untyped.ts';

export { kubernetesToDesired } from './desired/index.ts';
export type { Expanded, ExpandedObject, KubernetesOptions, LoadedKubernetes, LoadedObject } from './load.ts';
export { expandKubernetes, loadKubernetes } from './load.ts';

export interface CompileKubernetesOptions extends KubernetesOptions {
  readonly stack: string;
  /** Image of the proxy beside pods whose service has other ports than they. */
  readonly proxyImage?: string;
  /** Image with the tools of liveness probes; null leaves the probes to whoever reads the desired state. */
  readonly probeImage?: string | null;
}

/** From manifests to the desired state of a stack. */
export function compileKubernetes(options: CompileKubernetesOptions): Compiled {
  const { objects, diagnostics } = loadKubernetes(options);
  // Objects that are not valid are missing from the rest, which would only be blamed for that.
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    return { diagnostics, payloads: new Map(), positions: new Map() };
  }
  const compiled = kubernetesToDesired(objects, options);
  return { ...compiled, diagnostics: [...diagnostics, ...compiled.diagnostics] };
}

/** An object as written, without places. */
export function objectOf({ node }: ExpandedObject): Json & object {
  return toUntyped(node) as Json & object;
}
