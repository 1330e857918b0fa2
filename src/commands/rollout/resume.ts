import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';
import { runFlags } from '../../app/cli/run-flags.ts';

export default class RolloutResume extends BaseCommand {
  static override summary = 'go on after rollout pause';
  static override description = 'Lets rollouts of the stack run again, and goes on with the one that was stopped.';
  static override group = 'Deploy';
  static override examples = [{ description: 'The stack of this folder', command: '<%= config.bin %> rollout resume' }];
  static override flags = { ...runFlags, ...inputFlags, ...hostFlags };

  override async run(): Promise<void> {
    const { flags } = await this.parse(RolloutResume);
    const { runResumeRollout } = await import('../../app/rollout/resume.ts');
    process.exitCode = await runResumeRollout({ flags, ui: await this.deployUi(flags) });
  }
}
