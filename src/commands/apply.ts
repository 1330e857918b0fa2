import { string } from '@oclif/core/args';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import { planFlags } from '../app/cli/plan-flags.ts';
import { runFlags } from '../app/cli/run-flags.ts';

export default class Apply extends BaseCommand {
  static override summary = 'do what the plan shows, and nothing else';
  static override description =
    'Plans, asks, and runs the steps; or runs a saved plan, which is refused when what it touches has moved since.';
  static override group = 'Deploy';
  static override examples = [
    { description: 'The stack of this folder', command: '<%= config.bin %> apply' },
    { description: 'Without a question, for CI', command: '<%= config.bin %> apply --yes' },
    { description: 'The very plan that was reviewed', command: '<%= config.bin %> apply release.plan --yes' },
  ];
  static override args = { plan: string({ description: 'saved plan to run' }) };
  static override flags = {
    ...runFlags,
    ...planFlags,
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(Apply);
    const { runApply } = await import('../app/run-apply.ts');
    process.exitCode = await runApply({
      flags,
      ...(args.plan === undefined ? {} : { planFile: args.plan }),
      ui: await this.deployUi(flags),
    });
  }
}
