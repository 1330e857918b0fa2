import type { KubernetesOptions } from '../compiler/kubernetes/index.ts';
import type { FileReader } from '../compiler/source/reader.ts';
import type { CompileInput } from './compile.ts';
import { templateRandom } from './template-random.ts';

/** What the Kubernetes front-end reads, and with which template parameters. */
export function kubernetesOptions(
  files: readonly string[],
  stack: string,
  { settings, env, stdin, parameters }: CompileInput,
  reader: FileReader,
): KubernetesOptions {
  return {
    sources: files.map((file) => ({ file, text: (file === '-' ? stdin : reader.readText(file)) ?? '' })),
    parameters: new Map(Object.entries(parameters ?? settings.parameters)),
    random: templateRandom(stack, env),
  };
}
