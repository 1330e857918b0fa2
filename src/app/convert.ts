import type { Diagnostic } from '../model/diagnostic.ts';
import type { Environment, SettingsFlags } from './settings.ts';

export interface ConvertFlags extends SettingsFlags {
  readonly to: string;
  readonly 'show-secrets'?: boolean;
}

export interface Converted {
  /** YAML. */
  readonly text: string;
  /** What the other form cannot say. */
  readonly lost: readonly Diagnostic[];
  /** What was found in the input. */
  readonly warnings: readonly Diagnostic[];
}

/** Quoted so that readers of YAML 1.1 and 1.2 agree. */
const STYLE = { schema: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;

/**
 * The stack of the input in the other form.
 *
 * @throws DiagnosticError (64) when the input has errors
 */
export async function convert(flags: ConvertFlags, env: Environment): Promise<Converted> {
  const [{ resolveSettings }, { compile }, { readStdin }] = await Promise.all([
    import('./settings.ts'),
    import('./compile.ts'),
    import('./stdin.ts'),
  ]);
  const settings = await resolveSettings(flags, process.cwd(), env, { hosts: false });
  const stdin = await readStdin(settings.files);
  const { desired, payloads, diagnostics } = await compile({
    settings,
    env,
    forConversion: true,
    ...(stdin !== undefined && { stdin }),
  });
  const warnings = [...settings.warnings, ...diagnostics];
  const { stringify } = await import('yaml');
  if (flags.to === 'compose') {
    const { composeFileOf } = await import('../compiler/kubernetes/emit/compose/file.ts');
    const { file, lost } = composeFileOf(desired, payloads);
    return { text: stringify(file, { ...STYLE, nullStr: '' }), lost, warnings };
  }
  const { manifestsOf } = await import('../compiler/kubernetes/emit/manifests.ts');
  const { objects, lost } = manifestsOf(desired, payloads, { showSecrets: flags['show-secrets'] ?? false });
  const documents = objects.map((object) => stringify(object, STYLE));
  return { text: documents.join('---\n'), lost, warnings };
}
