import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { settleBinds } from './binds.ts';
import type { PlanFlags } from './cli/plan-flags.ts';
import type { CompiledStack } from './compile.ts';
import type { MakePlanOptions } from './make-plan.ts';
import { projectFolder } from './settings/project-folder.ts';
import { resolveSettings, type Settings, type SettingsFlags } from './settings.ts';
import { readStdin } from './stdin.ts';

export interface Prepared {
  readonly settings: Settings;
  readonly compiled: CompiledStack;
}

/**
 * Settles what the run works on and compiles the input; no host has been asked yet.
 *
 * @param needs without payloads the result of an earlier run over the same inputs will do
 */
export async function prepare(
  flags: SettingsFlags & Partial<PlanFlags>,
  needs: { readonly payloads: boolean } = { payloads: true },
): Promise<Prepared> {
  const settings = await settle(flags);
  return { settings, compiled: await compileFor(settings, flags, needs) };
}

/** What the run works on, by flags, environment and stowage.yaml; the input is not read yet. */
export async function settle(flags: SettingsFlags): Promise<Settings> {
  return await resolveSettings(flags, process.cwd(), process.env);
}

/** The second half of `prepare`, for who connects to the hosts meanwhile. */
export async function compileFor(
  settings: Settings,
  flags: SettingsFlags & Partial<PlanFlags>,
  needs: { readonly payloads: boolean } = { payloads: true },
): Promise<CompiledStack> {
  const stdin = await readStdin(settings.files);
  const compile = needs.payloads
    ? (await import('./compile.ts')).compile
    : (await import('./compile-cached.ts')).compileWithoutPayloads;
  const compiled = await compile({
    settings,
    env: process.env,
    parameters: parameters(flags.param ?? []),
    recursive: flags.recursive ?? false,
    ...(stdin === undefined ? {} : { stdin }),
  });
  if (flags.build) {
    const { buildImages } = await import('./build/build.ts');
    const { buildOnHost } = await import('./build/on-host.ts');
    if (flags.builder === undefined) await buildImages(compiled.desired, flags.target);
    else await buildOnHost(compiled.desired, flags.target, flags.builder, settings);
  }
  const desired = await settleBinds(compiled.desired, projectFolder(settings));
  return { ...compiled, desired };
}

/** Flags of a plan as the use case takes them; a target that is no workload is an error. */
export function planOptions(flags: PlanFlags, compiled: CompiledStack): MakePlanOptions {
  const known = compiled.desired.workloads.map((w) => w.id);
  const unknown = (flags.target ?? []).filter((t) => !known.includes(t));
  if (unknown.length > 0)
    throw new DiagnosticError(
      unknown.map((t) => noSuchWorkload(t, known)),
      EXIT.usage,
    );
  return {
    resolve: flags.resolve,
    refresh: flags.refresh,
    payloads: compiled.payloads,
    ...(flags.builder === undefined ? {} : { builder: flags.builder }),
    ...(flags.target === undefined ? {} : { targets: flags.target }),
    ...(flags['move-volume'] === undefined ? {} : { volumeRenames: renames(flags['move-volume']) }),
    ...(flags['allow-data-loss'] === undefined ? {} : { removeVolumes: flags['allow-data-loss'] }),
  };
}

function renames(pairs: readonly string[]): Map<string, string> {
  const wrong = pairs.filter((p) => !/^[^=]+=[^=]+$/.test(p));
  if (wrong.length > 0) throw new DiagnosticError(wrong.map(noRename), EXIT.usage);
  return new Map(pairs.map((p) => p.split('=', 2) as [string, string]));
}

function noRename(pair: string): Diagnostic {
  return {
    severity: 'error',
    code: 'usage/move-volume',
    message: 'a volume to rename needs its old and its new name',
    where: `--move-volume ${pair}`,
    fix: 'write --move-volume OLD=NEW, with the engine’s names as stowage volume ls has them',
  };
}

function parameters(pairs: readonly string[]): Record<string, string> {
  const wrong = pairs.filter((p) => !/^[^=]+=/.test(p));
  if (wrong.length > 0) throw new DiagnosticError(wrong.map(notAPair), EXIT.usage);
  return Object.fromEntries(pairs.map((p) => [p.slice(0, p.indexOf('=')), p.slice(p.indexOf('=') + 1)]));
}

function notAPair(pair: string): Diagnostic {
  return {
    severity: 'error',
    code: 'usage/parameter',
    message: 'a template parameter needs a value',
    where: `--param ${pair}`,
    fix: `write --param ${pair}=VALUE`,
  };
}

function noSuchWorkload(target: string, known: readonly string[]): Diagnostic {
  return {
    severity: 'error',
    code: 'usage/no-such-workload',
    message: 'a target is no workload of this stack',
    where: `--target ${target}`,
    why: `the stack has ${known.join(', ') || 'none'}`,
    fix: 'name one of them',
  };
}
