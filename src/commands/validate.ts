import { string } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { inputFlags } from '../app/cli/flags.ts';
import type { CompiledStack } from '../app/compile.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { DiagnosticError } from '../model/diagnostic.ts';

export default class Validate extends BaseCommand {
  static override summary = 'check stowage.yaml and the files it names';
  static override description =
    'Reads and compiles everything, and reports every finding with file, line and column. Contacts no host. The exit code is 64 when there is an error, or a warning under --strict.';
  static override group = 'Begin';
  static override examples = [
    { description: 'The folder', command: '<%= config.bin %> validate' },
    { description: 'Two files together', command: '<%= config.bin %> validate -f compose.yaml -f compose.prod.yaml' },
    {
      description: 'For the merge request in GitLab',
      command: '<%= config.bin %> validate --format code-quality > gl-code-quality-report.json',
    },
    {
      description: 'What a chart renders, refusing what cannot be honoured',
      command: 'helm template shop ./chart | <%= config.bin %> validate --strict -f -',
    },
  ];
  static override flags = {
    format: string({
      description: 'text, or a report of GitLab code quality',
      options: ['text', 'code-quality'],
      default: 'text',
    }),
    ...inputFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Validate);
    try {
      const { compiled, warnings } = await validate(flags);
      if (flags.format === 'code-quality') await this.printReport(warnings);
      else if (flags.json) await this.printResult(compiled.desired.stack, warnings);
      else this.print(`${summary(compiled)}\n`);
      if (!flags.json) await this.warnings(warnings, { spaced: true });
    } catch (error) {
      const isReport = flags.format === 'code-quality';
      if (!(flags.json || isReport) || !(error instanceof DiagnosticError)) throw error;
      if (isReport) await this.printReport(error.diagnostics);
      else await this.printResult(undefined, error.diagnostics);
      await this.warnings(error.diagnostics);
      process.exitCode = error.exitCode;
    }
  }

  private async printReport(diagnostics: readonly Diagnostic[]): Promise<void> {
    const { codeQualityReport } = await import('../render/code-quality.ts');
    this.print(codeQualityReport(diagnostics, process.env.CI_PROJECT_DIR ?? process.cwd(), 'stowage.yaml'));
  }

  private async printResult(stack: string | undefined, diagnostics: readonly Diagnostic[]): Promise<void> {
    const { validateJson } = await import('../render/json.ts');
    this.printJson(validateJson(stack, diagnostics));
  }
}

type Flags = Parameters<typeof import('../app/settings.ts').resolveSettings>[0];

async function validate(flags: Flags): Promise<{ compiled: CompiledStack; warnings: readonly Diagnostic[] }> {
  const [{ resolveSettings }, { compileWithoutPayloads }, { readStdin }] = await Promise.all([
    import('../app/settings.ts'),
    import('../app/compile-cached.ts'),
    import('../app/stdin.ts'),
  ]);
  const settings = await resolveSettings(flags, process.cwd(), process.env, { hosts: false });
  const stdin = await readStdin(settings.files);
  const compiled = await compileWithoutPayloads({
    settings,
    env: process.env,
    fetches: false,
    ...(stdin !== undefined && { stdin }),
  });
  return { compiled, warnings: [...settings.warnings, ...compiled.diagnostics] };
}

function summary({ desired }: CompiledStack): string {
  const counts = (['workloads', 'networks', 'volumes', 'configs', 'secrets', 'routes'] as const).flatMap((kind) => {
    const count = desired[kind].length;
    return count === 0 ? [] : [`${count} ${count === 1 ? kind.slice(0, -1) : kind}`];
  });
  return `Stack ${desired.stack} is valid: ${counts.length > 0 ? counts.join(', ') : 'empty'}.`;
}
