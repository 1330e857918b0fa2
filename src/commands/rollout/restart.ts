import { string } from '@oclif/core/args';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';
import { runFlags } from '../../app/cli/run-flags.ts';

export default class RolloutRestart extends BaseCommand {
  static override summary = 'replace every replica by a new one';
  static override description =
    'With nothing else changed, at the pace of the rollout policy. Applying the files later does not undo it.';
  static override group = 'Deploy';
  static override examples = [{ description: 'One workload', command: '<%= config.bin %> rollout restart web' }];
  static override args = { workload: string({ description: 'workloads; all when none is named' }) };
  static override strict = false;
  static override flags = { ...runFlags, ...inputFlags, ...hostFlags };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(RolloutRestart);
    const { runRestart } = await import('../../app/rollout/changes.ts');
    const request = { flags, ui: await this.deployUi(flags), cause: 'stowage rollout restart' };
    process.exitCode = await runRestart(request, argv.map(String), new Date().toISOString());
  }
}
