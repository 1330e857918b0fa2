import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { FileReader } from '../compiler/source/reader.ts';
import type { EngineKind, FileSettings, StowageFile } from '../compiler/stowage-file/types.ts';
import type { StackOptions } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Policy } from '../model/policy.ts';
import { NO_POLICY } from '../model/policy.ts';
import { didYouMean } from '../model/suggest.ts';
import { diskReader } from './disk-reader.ts';
import { findInputFiles, findStowageFile, folderName, type InputSource } from './settings/find-files.ts';
import { resolveInventory } from './settings/inventory.ts';
import { templateParameters } from './settings/template-parameters.ts';

export type { EngineKind } from '../compiler/stowage-file/types.ts';
export type { InputSource } from './settings/find-files.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The flags that stand for fields of stowage.yaml, as the parser gives them. */
export interface SettingsFlags {
  readonly file?: readonly string[];
  readonly env?: string;
  readonly stack?: string;
  readonly config?: string;
  readonly profile?: readonly string[];
  readonly 'env-file'?: readonly string[];
  readonly 'project-directory'?: string;
  readonly strict?: boolean;
  readonly recursive?: boolean;
  readonly param?: readonly string[];
  readonly 'param-file'?: readonly string[];
  readonly engine?: string;
  readonly host?: readonly string[];
  readonly 'accept-new'?: boolean;
}

/** What a run works on: flags over environment variables over stowage.yaml over what the folder holds. */
export interface Settings {
  /** The stack's name where flag, environment variable or stowage.yaml give one; else the input's own name counts. */
  readonly stack?: string;
  /** The name when the input has none either: the folder's. */
  readonly defaultStack: string;
  /** Input files in order, absolute; `-` is stdin. Empty when nothing was found. */
  readonly files: readonly string[];
  readonly filesFrom: InputSource;
  /** Folder that relative paths of compose files start from; absent is the first file's folder. */
  readonly projectDirectory?: string;
  readonly profiles: readonly string[];
  /** Files with variables, absolute; absent is `.env` beside the first file. */
  readonly envFiles?: readonly string[];
  readonly strict: boolean;
  /** Folders are read with their subfolders. */
  readonly recursive: boolean;
  /** Parameters of OpenShift templates. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly engine: EngineKind;
  /** The hosts of this run. */
  readonly inventory: Inventory;
  /** Hosts of stowage.yaml that `--host` left out of this run; they may hold replicas of the stack. */
  readonly leftOut: readonly string[];
  /** The environment chosen with `--env`. */
  readonly environment?: string;
  readonly options: Partial<StackOptions>;
  readonly policy: Policy;
  readonly driftIgnore: readonly string[];
  /** The stowage.yaml in use. */
  readonly stowageFile?: string;
  readonly acceptNew: boolean;
  readonly cwd: string;
  readonly warnings: readonly Diagnostic[];
}

export interface SettingsOptions {
  readonly reader?: FileReader;
  /** False leaves the inventory empty and asks neither DOCKER_HOST nor the docker context. */
  readonly hosts?: boolean;
  /** False leaves a stowage.yaml that is there unread. */
  readonly stowageFile?: boolean;
}

/**
 * Settles stack, files, hosts and the rest.
 *
 * @throws DiagnosticError (64) for a stowage.yaml that cannot be read, an unknown environment or host
 */
export async function resolveSettings(
  flags: SettingsFlags,
  cwd: string,
  env: Environment,
  { reader = diskReader, hosts = true, stowageFile = true }: SettingsOptions = {},
): Promise<Settings> {
  const none: LoadedFile = { warnings: [] };
  const { file, warnings } = stowageFile ? await loadStowageFile(flags, cwd, env, reader) : none;
  const chosen = chooseEnvironment(file, flags.env);
  const said = { ...file, ...chosen };
  const base = file ? dirname(file.path) : cwd;
  const input = findInputFiles(flags.file, said.files, cwd, base, env, reader);
  const projectDirectory = flags['project-directory'] ?? said.projectDirectory;
  const envFiles =
    flags['env-file']?.map((path) => resolve(cwd, path)) ?? said.envFiles ?? envList(env.COMPOSE_ENV_FILES, cwd);
  const stack = flags.stack ?? said.stack ?? (env.COMPOSE_PROJECT_NAME || undefined);
  const { inventory, leftOut } = hosts
    ? await resolveInventory(flags.host, said.hosts, env)
    : { inventory: { hosts: [] }, leftOut: [] };
  return {
    ...(stack !== undefined && { stack }),
    defaultStack: folderName(projectDirectory ?? input.folder),
    files: input.files,
    filesFrom: input.from,
    ...(projectDirectory !== undefined && { projectDirectory: resolve(cwd, projectDirectory) }),
    profiles: flags.profile ?? said.profiles ?? splitList(env.COMPOSE_PROFILES),
    ...(envFiles && { envFiles }),
    strict: flags.strict ?? said.strict ?? false,
    recursive: flags.recursive ?? false,
    parameters: templateParameters(flags.param ?? [], flags['param-file'] ?? [], cwd, reader),
    engine: (flags.engine as EngineKind | undefined) ?? said.engine ?? 'docker',
    inventory,
    leftOut,
    ...(flags.env !== undefined && { environment: flags.env }),
    options: stackOptions(said),
    policy: { ...NO_POLICY, ...file?.policy, ...chosen.policy },
    driftIgnore: said.driftIgnore ?? [],
    ...(file && { stowageFile: file.path }),
    acceptNew: flags['accept-new'] ?? false,
    cwd,
    warnings,
  };
}

interface LoadedFile {
  readonly file?: StowageFile;
  readonly warnings: readonly Diagnostic[];
}

async function loadStowageFile(
  flags: SettingsFlags,
  cwd: string,
  env: Environment,
  reader: FileReader,
): Promise<LoadedFile> {
  const path = flags.config === undefined ? findStowageFile(cwd, reader) : resolve(cwd, flags.config);
  const text = path === undefined ? undefined : reader.readText(path);
  if (path !== undefined && text === undefined) throw usage(missingConfig(path));
  if (path === undefined || text === undefined) return { warnings: [] };
  const { readStowageFile } = await import('../compiler/stowage-file/read.ts');
  const { file, diagnostics } = await readStowageFile(text, path, env.HOME || homedir());
  if (!file) throw new DiagnosticError(diagnostics, EXIT.usage);
  return { file, warnings: diagnostics };
}

function missingConfig(path: string): Diagnostic {
  return {
    severity: 'error',
    code: 'settings/no-such-file',
    message: 'no such file',
    where: path,
    why: '--config (or STOWAGE_CONFIG) names it',
    fix: 'write the path of a stowage.yaml, or `stowage init` to make one',
  };
}

function chooseEnvironment(file: StowageFile | undefined, name: string | undefined): FileSettings {
  if (name === undefined) return {};
  const found = file?.environments.get(name);
  if (found) return found;
  const known = [...(file?.environments.keys() ?? [])];
  throw usage({
    severity: 'error',
    code: 'settings/unknown-environment',
    message: 'no such environment',
    ...(file?.environmentsPosition && { position: file.environmentsPosition }),
    detail: `there is no ${name}`,
    why:
      known.length > 0
        ? `there are ${known.join(', ')}`
        : `${file ? 'stowage.yaml has' : 'there is no stowage.yaml with'} no environments`,
    fix: didYouMean(name, known) ?? `add \`${name}:\` under \`environments:\` in stowage.yaml`,
  });
}

function stackOptions(said: FileSettings): Partial<StackOptions> {
  const { strategy, seed, pauseImage, probeImage, gatewayImage, prune } = said;
  return {
    ...(strategy && { strategy }),
    ...(seed !== undefined && { seed }),
    ...(pauseImage !== undefined && { pauseImage }),
    ...(probeImage !== undefined && { probeImage }),
    ...(gatewayImage !== undefined && { gatewayImage }),
    ...(prune && { prune }),
  };
}

function splitList(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').filter((part) => part !== '');
}

function envList(text: string | undefined, cwd: string): readonly string[] | undefined {
  const paths = splitList(text);
  return paths.length > 0 ? paths.map((path) => resolve(cwd, path)) : undefined;
}

function usage(diagnostic: Diagnostic): DiagnosticError {
  return new DiagnosticError([diagnostic], EXIT.usage);
}
