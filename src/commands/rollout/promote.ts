import { string } from '@oclif/core/args';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';
import { runFlags } from '../../app/cli/run-flags.ts';

export default class RolloutPromote extends BaseCommand {
  static override summary = 'go on with a rollout that waits';
  static override description = 'Takes a paused canary past the step it waits at, up to its next pause or its end.';
  static override group = 'Deploy';
  static override examples = [{ description: 'Whatever waits', command: '<%= config.bin %> rollout promote' }];
  static override args = { workload: string({ description: 'workloads; all when none is named' }) };
  static override strict = false;
  static override flags = { ...runFlags, ...inputFlags, ...hostFlags };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(RolloutPromote);
    const { runPromote } = await import('../../app/rollout/changes.ts');
    const request = { flags, ui: await this.deployUi(flags), cause: 'stowage rollout promote' };
    process.exitCode = await runPromote(request, argv.map(String));
  }
}
