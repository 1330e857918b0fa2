import { mergeCompiled } from '../compiler/merge-compiled.ts';
import { sealSensitive } from '../compiler/seal.ts';
import type { FileReader } from '../compiler/source/reader.ts';
import type { Compiled } from '../model/compiled.ts';
import type { DesiredState } from '../model/desired.ts';
import { type Diagnostic, DiagnosticError, sortDiagnostics } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { diskReader } from './disk-reader.ts';
import { type InputKinds, sortInputs } from './input-kinds.ts';
import type { ManifestInput } from './kubernetes-input.ts';
import { projectFolder } from './settings/project-folder.ts';
import type { Environment, Settings } from './settings.ts';

export interface CompileInput extends ManifestInput {
  readonly reader?: FileReader;
  /** Folders are read with their subfolders. */
  readonly recursive?: boolean;
  /** False leaves out what commands and encrypted files hold; nothing is run then. */
  readonly fetches?: boolean;
  /** The probes stay as written; nothing is put into pods to run them. */
  readonly forConversion?: boolean;
}

/** A compiled stack that is good to plan. */
export interface CompiledStack extends Compiled {
  readonly desired: DesiredState;
}

/**
 * From input files to one desired state: each file goes to the front-end of its kind, the results are merged,
 * and what is sensitive is sealed.
 *
 * @throws DiagnosticError (64) with all findings when there is an error, or a warning under `strict`
 */
export async function compile(input: CompileInput): Promise<CompiledStack> {
  const compiled = await compileFetched(input);
  const { desired } = compiled;
  const diagnostics = sortDiagnostics(compiled.diagnostics);
  const isRefused = diagnostics.some(
    (d) => d.severity === 'error' || (input.settings.strict && d.severity === 'warning'),
  );
  if (isRefused || desired === undefined) throw new DiagnosticError(diagnostics, EXIT.usage);
  return { ...compiled, desired, diagnostics };
}

/** What comes from commands and encrypted files is asked for once the files say what that is. */
async function compileFetched(input: CompileInput): Promise<Compiled> {
  const compiled = await compileAll(input, new Map());
  const { requests = [], desired } = compiled;
  if (requests.length === 0 || desired === undefined || input.fetches === false) return compiled;
  const { fetchPayloads } = await import('./payload-requests.ts');
  const { settings, env } = input;
  return await compileAll(input, await fetchPayloads(requests, projectFolder(settings), env));
}

async function compileAll(input: CompileInput, sources: Sources): Promise<Compiled> {
  const { settings } = input;
  if (settings.files.length === 0) throw new DiagnosticError([noInput(settings)], EXIT.usage);
  const reader = input.reader ?? diskReader;
  const kinds = sortInputs(settings.files, reader, input.stdin, input.recursive ?? settings.recursive);
  const parts: Compiled[] = [];
  if (kinds.compose.length > 0) parts.push(await compileCompose(input, kinds, reader, sources));
  if (kinds.kubernetes.length > 0) parts.push(await compileKubernetes(input, kinds, reader, parts[0]?.desired?.stack));
  return sealSensitive(mergeCompiled(parts, settings.options));
}

type Sources = ReadonlyMap<string, Uint8Array>;

async function compileCompose(
  input: CompileInput,
  kinds: InputKinds,
  reader: FileReader,
  sources: Sources,
): Promise<Compiled> {
  const { compileCompose: run } = await import('../compiler/compose/compile.ts');
  const { settings } = input;
  return run({
    files: kinds.compose,
    workingDir: settings.cwd,
    environment: definedOnly(input.env),
    profiles: settings.profiles,
    reader,
    sources,
    defaultName: settings.defaultStack,
    keepsExternal: settings.engine !== 'docker',
    ...(settings.projectDirectory === undefined ? {} : { projectDirectory: settings.projectDirectory }),
    ...(settings.stack === undefined ? {} : { projectName: settings.stack }),
    ...(settings.envFiles === undefined ? {} : { envFiles: settings.envFiles }),
    ...(input.stdin === undefined ? {} : { stdin: input.stdin }),
  });
}

async function compileKubernetes(
  input: CompileInput,
  kinds: InputKinds,
  reader: FileReader,
  composeName: string | undefined,
): Promise<Compiled> {
  const [{ compileKubernetes: run }, { kubernetesOptions }] = await Promise.all([
    import('../compiler/kubernetes/index.ts'),
    import('./kubernetes-input.ts'),
  ]);
  const { settings } = input;
  const { gatewayImage, probeImage } = settings.options;
  const stack = settings.stack ?? composeName ?? settings.defaultStack;
  return run({
    ...kubernetesOptions(kinds.kubernetes, stack, input, reader),
    stack,
    ...(gatewayImage !== undefined && { proxyImage: gatewayImage }),
    ...(input.forConversion ? { probeImage: null } : probeImage !== undefined && { probeImage }),
  });
}

function definedOnly(env: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function noInput(settings: Settings): Diagnostic {
  return {
    severity: 'error',
    code: 'settings/no-input',
    message: 'there is nothing to read',
    where: settings.cwd,
    why: 'no -f was given, and the folder has neither a stowage.yaml nor a compose file',
    fix: 'name the files with -f, or begin with stowage init',
  };
}
