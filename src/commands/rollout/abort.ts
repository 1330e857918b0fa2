import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';
import { runFlags } from '../../app/cli/run-flags.ts';

export default class RolloutAbort extends BaseCommand {
  static override summary = 'go back from a rollout that waits';
  static override description = 'Takes a paused canary back: the old set has all requests again, the new one goes.';
  static override group = 'Deploy';
  static override examples = [
    { description: 'The rollout of this folder', command: '<%= config.bin %> rollout abort' },
  ];
  static override flags = { ...runFlags, ...inputFlags, ...hostFlags };

  override async run(): Promise<void> {
    const { flags } = await this.parse(RolloutAbort);
    const { runAbort } = await import('../../app/rollout/changes.ts');
    const request = { flags, ui: await this.deployUi(flags), cause: 'stowage rollout abort' };
    process.exitCode = await runAbort(request);
  }
}
