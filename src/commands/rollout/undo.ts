import { string } from '@oclif/core/args';
import { integer } from '@oclif/core/flags';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';
import { runFlags } from '../../app/cli/run-flags.ts';

export default class RolloutUndo extends BaseCommand {
  static override summary = 'go back to an earlier revision';
  static override description =
    'The whole release as it was: images by digest, environment, configs, secrets and placement, previewed as a plan and under the same gates. Needs no files. Hooks and deleted volumes are not undone, and are named before.';
  static override group = 'Deploy';
  static override examples = [
    { description: 'The revision before', command: '<%= config.bin %> rollout undo' },
    { description: 'One workload only', command: '<%= config.bin %> rollout undo web' },
    { description: 'A revision by number', command: '<%= config.bin %> rollout undo --to 12' },
  ];
  static override args = { workload: string({ description: 'workloads; all when none is named' }) };
  static override strict = false;
  static override flags = {
    to: integer({ description: 'revision to go back to', helpValue: 'N', min: 1 }),
    ...runFlags,
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(RolloutUndo);
    const { runUndo } = await import('../../app/rollout/undo.ts');
    process.exitCode = await runUndo({
      flags,
      ui: await this.deployUi(flags),
      cause: 'stowage rollout undo',
      workloads: argv.map(String),
      ...(flags.to === undefined ? {} : { to: flags.to }),
    });
  }
}
