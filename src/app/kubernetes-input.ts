import type { KubernetesOptions } from '../compiler/kubernetes/index.ts';
import type { FileReader } from '../compiler/source/reader.ts';
import type { Environment, Settings } from './settings.ts';
import { templateRandom } from './template-random.ts';

export interface ManifestInput {
  readonly settings: Settings;
  readonly env: Environment;
  /** Text of `-`. */
  readonly stdin?: string;
  /** OpenShift template parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What the Kubernetes front-end reads, and with which template parameters. */
export function kubernetesOptions(
  files: readonly string[],
  stack: string,
  { settings, env, stdin, parameters }: ManifestInput,
  reader: FileReader,
): KubernetesOptions {
  return {
    sources: files.map((file) => ({ file, text: (file === '-' ? stdin : reader.readText(file)) ?? '' })),
    parameters: new Map(Object.entries(parameters ?? settings.parameters)),
    random: templateRandom(stack, env),
  };
}
