import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { sha256Hex } from '../model/spec-hash.ts';
import type { ConfigFlags, ConfigText } from './config.ts';
import { diskReader } from './disk-reader.ts';
import type { Environment } from './settings.ts';

export interface ManifestFlags extends ConfigFlags {
  /** `defaulted` or `input`. */
  readonly objects?: string;
  readonly 'show-secrets'?: boolean;
  readonly strict?: boolean;
  readonly recursive?: boolean;
  readonly param?: readonly string[];
  readonly 'param-file'?: readonly string[];
}

/**
 * What `stowage config` prints of Kubernetes manifests.
 *
 * @returns `desired` when the desired state is asked for, undefined when the files are compose files
 * @throws DiagnosticError (64) with all findings
 */
export async function manifestText(
  flags: ManifestFlags,
  env: Environment,
  isJson: boolean,
): Promise<ConfigText | 'desired' | undefined> {
  if (flags.objects === undefined) return (await namesManifests(flags.file ?? [])) ? 'desired' : undefined;
  const [{ resolveSettings }, { readStdin }, { sortInputs }, { kubernetesOptions }] = await Promise.all([
    import('./settings.ts'),
    import('./stdin.ts'),
    import('./input-kinds.ts'),
    import('./kubernetes-input.ts'),
  ]);
  const settings = await resolveSettings(flags, process.cwd(), env, { hosts: false });
  const stdin = await readStdin(settings.files);
  const { kubernetes } = sortInputs(settings.files, diskReader, stdin, settings.recursive);
  const stack = settings.stack ?? settings.defaultStack;
  const input = { settings, env, ...(stdin !== undefined && { stdin }) };
  const { expandKubernetes, loadKubernetes, objectOf } = await import('../compiler/kubernetes/index.ts');
  const options = kubernetesOptions(kubernetes, stack, input, diskReader);
  const shown = (object: object) => (flags['show-secrets'] ? object : withoutSecrets(object));
  if (flags.objects === 'input') {
    const { expanded, diagnostics } = expandKubernetes(options);
    return print(expanded.map(objectOf).map(shown), [...settings.warnings, ...diagnostics], isJson);
  }
  const { objects, diagnostics } = loadKubernetes(options);
  return print(
    objects.map(({ value }) => shown(value)),
    [...settings.warnings, ...diagnostics],
    isJson,
  );
}

async function namesManifests(files: readonly string[]): Promise<boolean> {
  const [{ isManifest }, { readStdin }] = await Promise.all([import('./input-kinds.ts'), import('./stdin.ts')]);
  const stdin = await readStdin(files);
  return files.some((file) => {
    if (file !== '-' && diskReader.isDirectory(file)) return true;
    return isManifest((file === '-' ? stdin : diskReader.readText(file)) ?? '');
  });
}

/** Digests in place of the values of a Secret. */
function withoutSecrets(object: object): object {
  const { kind, data, stringData } = object as { kind?: unknown; data?: object; stringData?: object };
  if (kind !== 'Secret') return object;
  const digests = (map: object) =>
    Object.fromEntries(Object.entries(map).map(([key, value]) => [key, `sha256:${sha256Hex(String(value))}`]));
  return { ...object, ...(data && { data: digests(data) }), ...(stringData && { stringData: digests(stringData) }) };
}

async function print(
  objects: readonly object[],
  diagnostics: readonly Diagnostic[],
  isJson: boolean,
): Promise<ConfigText> {
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new DiagnosticError(diagnostics, EXIT.usage);
  if (isJson) return { text: `${JSON.stringify(objects, null, 2)}\n`, warnings: diagnostics };
  const { stringify } = await import('yaml');
  const documents = objects.map((object) => `---\n${stringify(object, { schema: 'yaml-1.1', lineWidth: 0 })}`);
  return { text: documents.join(''), warnings: diagnostics };
}
