import { string } from '@oclif/core/args';
import { boolean, string as text } from '@oclif/core/flags';
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
    { description: 'What a killed run left undone, from any machine', command: '<%= config.bin %> apply --resume' },
    { description: 'The very plan that was reviewed', command: '<%= config.bin %> apply release.plan --yes' },
  ];
  static override args = { plan: string({ description: 'saved plan to run' }) };
  static override flags = {
    resume: boolean({
      description: 'go on with the revision that was interrupted, as the history keeps it; needs no files',
      exclusive: ['target', 'allow-data-loss'],
      helpGroup: 'RUN',
    }),
    without: text({
      description: 'leave out a host that is away: what it ran is started elsewhere, once; repeatable',
      helpValue: 'HOST',
      multiple: true,
      multipleNonGreedy: true,
      helpGroup: 'RUN',
    }),
    ...runFlags,
    ...planFlags,
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(Apply);
    if (flags.resume) {
      const { runResume } = await import('../app/run-resume.ts');
      process.exitCode = await runResume({ flags, planFile: args.plan, ui: await this.deployUi(flags) });
      return;
    }
    const { runApply } = await import('../app/run-apply.ts');
    process.exitCode = await runApply({
      flags,
      ...(args.plan === undefined ? {} : { planFile: args.plan }),
      ui: await this.deployUi(flags),
    });
  }
}
