import type { Compiled } from '../../model/compiled.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RandomInt } from '../openshift/generate.ts';
import type { FileReader } from '../source/reader.ts';
import { kubernetesToDesired } from './desired/index.ts';
import { type KubernetesSource, type LoadedKubernetes, loadKubernetes } from './load.ts';

export { kubernetesToDesired } from './desired/index.ts';
export type { KubernetesOptions, LoadedKubernetes, LoadedObject } from './load.ts';
export { expandKubernetes, loadKubernetes } from './load.ts';

export interface KubernetesInput {
  /** Absolute paths; `-` is stdin. */
  readonly files: readonly string[];
  readonly reader: FileReader;
  readonly stack: string;
  /** OpenShift template parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** For generated template parameters. */
  readonly random?: RandomInt;
  /** Image of the proxy beside pods whose service has other ports than they. */
  readonly proxyImage?: string;
}

/** From manifests to the desired state of a stack. */
export function compileKubernetes(input: KubernetesInput): Compiled {
  const { objects, diagnostics } = loadManifests(input);
  // Objects that are not valid are missing from the rest, which would only be blamed for that.
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    return { diagnostics, payloads: new Map(), positions: new Map() };
  }
  const { stack, proxyImage } = input;
  const compiled = kubernetesToDesired(objects, { stack, ...(proxyImage && { proxyImage }) });
  return { ...compiled, diagnostics: [...diagnostics, ...compiled.diagnostics] };
}

/** The objects of manifests as the API server would store them. */
export function loadManifests(input: Omit<KubernetesInput, 'stack'>): LoadedKubernetes {
  const { sources, missing } = readSources(input);
  const loaded = loadKubernetes({
    sources,
    parameters: new Map(Object.entries(input.parameters ?? {})),
    ...(input.random && { random: input.random }),
  });
  return { ...loaded, diagnostics: [...missing, ...loaded.diagnostics] };
}

export function readSources({ files, reader, stdin }: Pick<KubernetesInput, 'files' | 'reader' | 'stdin'>): {
  sources: KubernetesSource[];
  missing: Diagnostic[];
} {
  const sources: KubernetesSource[] = [];
  const missing: Diagnostic[] = [];
  for (const file of files) {
    const text = file === '-' ? stdin : reader.readText(file);
    if (text === undefined) missing.push(noFile(file));
    else sources.push({ file: file === '-' ? '<stdin>' : file, text });
  }
  return { sources, missing };
}

function noFile(file: string): Diagnostic {
  return {
    severity: 'error',
    code: 'kubernetes/no-such-file',
    message: 'an input file does not exist',
    where: file,
    fix: 'check the path given with -f',
  };
}
