import type { LoadedProject } from '../compiler/compose/index.ts';
import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import {
  type ConfigFlags,
  type ConfigInput,
  type ConfigText,
  type LoadedConfig,
  loadConfig,
  loadOptions,
} from './config.ts';

/** Flags that choose what is printed. */
export interface ViewFlags extends ConfigFlags {
  readonly format?: string;
  readonly json?: boolean;
  readonly services?: boolean;
  readonly volumes?: boolean;
  readonly networks?: boolean;
  readonly images?: boolean;
  readonly models?: boolean;
  readonly profiles?: boolean;
  readonly hash?: string;
  readonly variables?: boolean;
  readonly environment?: boolean;
  readonly desired?: boolean;
  readonly objects?: string;
  readonly 'show-secrets'?: boolean;
  readonly recursive?: boolean;
  readonly param?: readonly string[];
  readonly 'param-file'?: readonly string[];
  readonly strict?: boolean;
  readonly 'stack-format'?: boolean;
  readonly 'compose-file'?: readonly string[];
  readonly 'skip-interpolation'?: boolean;
}

/**
 * The text that `stowage config` prints.
 *
 * @throws DiagnosticError (64) with all findings
 */
export async function configText(
  flags: ViewFlags,
  services: readonly string[],
  env: ConfigInput['env'],
): Promise<ConfigText> {
  const isJson = flags.format === 'json' || (flags.json ?? false);
  if (flags.desired) return await desiredText(flags, env);
  const { manifestText } = await import('./config-manifests.ts');
  const manifests = await manifestText(flags, env, isJson);
  if (manifests === 'desired') return await desiredText({ ...flags, format: isJson ? 'json' : 'yaml' }, env);
  if (manifests) return manifests;
  if (flags['stack-format'] || flags['compose-file']) return await stackText(flags, env, isJson);
  if (flags.variables || flags['no-interpolate']) return await writtenText(flags, services, env, isJson);
  const { services: names, volumes, networks, images, profiles, models } = flags;
  const isList = flags.hash !== undefined || names || volumes || networks || images || profiles || models;
  const config = await loadConfig({
    flags: isList ? { ...flags, 'no-env-resolution': true } : flags,
    services: flags.hash === undefined ? services : [],
    env,
  });
  return { text: await viewText(flags, config, isJson), warnings: config.warnings };
}

async function viewText(flags: ViewFlags, { loaded }: LoadedConfig, isJson: boolean): Promise<string> {
  const { project } = loaded;
  const names = (section: object | undefined) => lines(Object.keys(section ?? {}));
  if (flags.services) return names(project.services);
  if (flags.volumes) return names(project.volumes);
  if (flags.networks) return names(project.networks);
  if (flags.models) return lines(Object.values(project.models ?? {}).flatMap(({ model }) => model ?? []));
  if (flags.images)
    return lines(Object.entries(project.services).map(([name, { image }]) => image ?? `${project.name}-${name}`));
  if (flags.profiles) return lines(profilesOf(loaded));
  if (flags.environment) return lines([...loaded.variables].map(([name, value]) => `${name}=${value}`).sort());
  if (flags.hash !== undefined) return await hashes(flags.hash, loaded);
  const { printJson, printYamlProject, refuseJson } = await import('../compiler/compose/index.ts');
  if (!isJson) return printYamlProject(project);
  const refused = refuseJson(loaded);
  if (refused.length > 0) throw new DiagnosticError(refused, EXIT.usage);
  return printJson(project);
}

function lines(items: readonly string[]): string {
  return items.map((item) => `${item}\n`).join('');
}

function profilesOf({ project, disabled }: LoadedProject): string[] {
  const services = [...Object.values(project?.services ?? {}), ...Object.values(disabled)];
  return [...new Set(services.flatMap(({ profiles = [] }) => profiles))].sort();
}

async function hashes(wanted: string, { project }: LoadedProject): Promise<string> {
  const { serviceHash } = await import('../compiler/compose/service-hash.ts');
  const services = project?.services ?? {};
  const names = wanted === '*' ? Object.keys(services) : wanted.split(',');
  const unknown = names.filter((name) => !Object.hasOwn(services, name));
  if (unknown.length > 0)
    throw new DiagnosticError(
      [
        {
          severity: 'error',
          code: 'compose/undefined-service',
          message: 'there is no such service',
          where: unknown.join(', '),
          fix: 'see `stowage config --services`',
        },
      ],
      EXIT.usage,
    );
  return lines(names.sort().flatMap((name) => (services[name] ? [`${name} ${serviceHash(services[name])}`] : [])));
}

/** The merged model before types are given, which is all there is while variables are unknown. */
async function writtenText(
  flags: ViewFlags,
  services: readonly string[],
  env: ConfigInput['env'],
  isJson: boolean,
): Promise<ConfigText> {
  const { printDocument, printVariables, loadComposeModel } = await import('../compiler/compose/index.ts');
  const { options, warnings } = await loadOptions({ flags: { ...flags, 'no-interpolate': true }, services, env });
  const { document, diagnostics } = loadComposeModel(options);
  if (document === undefined) throw new DiagnosticError(diagnostics, EXIT.usage);
  const all = [...warnings, ...diagnostics];
  if (flags.variables)
    return {
      text: printVariables(document, isJson ? 'json' : flags.format === 'yaml' ? 'yaml' : 'table'),
      warnings: all,
    };
  return { text: printDocument(document, isJson ? 'json' : 'yaml'), warnings: all };
}

async function stackText(flags: ViewFlags, env: ConfigInput['env'], isJson: boolean): Promise<ConfigText> {
  const { loadStackProject } = await import('../compiler/compose/stack/index.ts');
  const { printStack } = await import('../compiler/compose/stack/print.ts');
  const given = { ...flags, file: flags['compose-file'] ?? flags.file ?? [] };
  const { options, warnings } = await loadOptions({ flags: given, services: [], env });
  const loaded = loadStackProject({
    ...options,
    interpolate: !flags['skip-interpolation'] && options.interpolate !== false,
  });
  if (loaded.project === undefined) throw new DiagnosticError(loaded.diagnostics, EXIT.usage);
  return { text: printStack(loaded.project, isJson ? 'json' : 'yaml'), warnings: [...warnings, ...loaded.diagnostics] };
}

async function desiredText(flags: ViewFlags, env: ConfigInput['env']): Promise<ConfigText> {
  const [{ resolveSettings }, { compile }, { readStdin }] = await Promise.all([
    import('./settings.ts'),
    import('./compile.ts'),
    import('./stdin.ts'),
  ]);
  const stack = flags['project-name'] ?? flags.stack;
  const settings = await resolveSettings({ ...flags, ...(stack !== undefined && { stack }) }, process.cwd(), env, {
    hosts: false,
  });
  const stdin = await readStdin(settings.files);
  const { desired, diagnostics } = await compile({ settings, env, ...(stdin !== undefined && { stdin }) });
  const text =
    flags.format === 'yaml'
      ? (await import('../compiler/compose/print-yaml.ts')).printYaml(JSON.parse(JSON.stringify(desired)))
      : `${JSON.stringify(desired, null, 2)}\n`;
  return { text, warnings: [...settings.warnings, ...diagnostics] };
}
