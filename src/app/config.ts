import { realpathSync } from 'node:fs';
import type { LoadedProject, LoadOptions } from '../compiler/compose/index.ts';
import type { FileReader } from '../compiler/source/reader.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { diskReader } from './disk-reader.ts';
import { readStdin } from './stdin.ts';

/** The flags of `stowage config` that say what is loaded and how, as the parser gives them. */
export interface ConfigFlags {
  readonly file?: readonly string[];
  readonly env?: string;
  readonly config?: string;
  readonly stack?: string;
  readonly profile?: readonly string[];
  readonly 'project-name'?: string;
  readonly 'project-directory'?: string;
  readonly 'env-file'?: readonly string[];
  readonly 'no-interpolate'?: boolean;
  readonly 'no-normalize'?: boolean;
  readonly 'no-path-resolution'?: boolean;
  readonly 'no-consistency'?: boolean;
  readonly 'no-env-resolution'?: boolean;
  readonly 'all-resources'?: boolean;
}

/** What `stowage config` prints. */
export interface ConfigText {
  readonly text: string;
  readonly warnings: readonly Diagnostic[];
}

export interface ConfigInput {
  readonly flags: ConfigFlags;
  readonly services: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly reader?: FileReader;
}

/** A project that is good to print. */
export interface LoadedConfig {
  readonly loaded: LoadedProject & { readonly project: NonNullable<LoadedProject['project']> };
  readonly warnings: readonly Diagnostic[];
}

/**
 * Loads what `stowage config` prints: the files of the line, else those of stowage.yaml, else the compose file that
 * `docker compose` would find.
 *
 * @throws DiagnosticError (64) with all findings
 */
export async function loadConfig(input: ConfigInput): Promise<LoadedConfig> {
  const { loadComposeProject } = await import('../compiler/compose/index.ts');
  const { options, warnings } = await loadOptions(input);
  const loaded = loadComposeProject(options);
  const { project, diagnostics } = loaded;
  if (project === undefined) throw new DiagnosticError(diagnostics, EXIT.usage);
  return { loaded: { ...loaded, project }, warnings: [...warnings, ...diagnostics] };
}

/** What to load; also what the stack form is loaded with. */
export async function loadOptions(
  input: ConfigInput,
): Promise<{ options: LoadOptions; warnings: readonly Diagnostic[] }> {
  const { flags, env, services, reader = diskReader } = input;
  const workingDir = currentDirectory(env.PWD);
  refuseFlagAsFile(flags.file ?? []);
  const said = await fromStowageFile(flags, workingDir, env);
  const files = flags.file?.length ? flags.file : (said?.files ?? []);
  const stdin = await readStdin(files);
  const projectName = flags['project-name'] ?? flags.stack ?? said?.stack;
  const projectDirectory = flags['project-directory'] ?? said?.projectDirectory;
  const envFiles = flags['env-file'] ?? said?.envFiles;
  const options: LoadOptions = {
    files,
    workingDir,
    environment: Object.fromEntries(Object.entries(env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]]))),
    profiles: flags.profile ?? said?.profiles ?? [],
    reader,
    services,
    interpolate: !flags['no-interpolate'],
    normalise: !flags['no-normalize'],
    resolvePaths: !flags['no-path-resolution'],
    consistency: !flags['no-consistency'],
    resolveEnvironment: !flags['no-env-resolution'],
    allResources: flags['all-resources'] ?? false,
    ...(projectName !== undefined && { projectName }),
    ...(projectDirectory !== undefined && { projectDirectory }),
    ...(envFiles !== undefined && { envFiles }),
    ...(stdin !== undefined && { stdin }),
  };
  return { options, warnings: said?.warnings ?? [] };
}

/** `-f --format json` has lost its file. */
function refuseFlagAsFile(files: readonly string[]): void {
  const file = files.find((name) => name.startsWith('--'));
  if (file === undefined) return;
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'cli/usage',
    message: 'the command line cannot be read',
    where: `-f ${file}`,
    why: 'what follows -f looks like an option',
    fix: `name a file; one with such a name is ./${file}`,
  };
  throw new DiagnosticError([diagnostic], EXIT.usage);
}

/** Settings of a stowage.yaml, where the line names no files and there is one. */
async function fromStowageFile(flags: ConfigFlags, cwd: string, env: ConfigInput['env']) {
  if (flags.file?.length) return undefined;
  const { findStowageFile } = await import('./settings/find-files.ts');
  if (flags.config === undefined && flags.env === undefined && findStowageFile(cwd, diskReader) === undefined)
    return undefined;
  const { resolveSettings } = await import('./settings.ts');
  return await resolveSettings(flags, cwd, env, { hosts: false });
}

/** The folder as the shell names it, so that a symbolic link in it stays. */
function currentDirectory(pwd: string | undefined): string {
  const cwd = process.cwd();
  if (pwd === undefined || !pwd.startsWith('/')) return cwd;
  try {
    return realpathSync(pwd) === cwd ? pwd : cwd;
  } catch {
    return cwd;
  }
}
