import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import { dataLossFlag } from '../app/cli/plan-flags.ts';
import { runFlags } from '../app/cli/run-flags.ts';

export default class Destroy extends BaseCommand {
  static override summary = 'remove the stack from its hosts, but no data';
  static override description =
    'Plans the removal of every container and network of the stack, asks, and does it. Volumes stay unless they are named.';
  static override group = 'Deploy';
  static override examples = [
    { description: 'The stack of this folder', command: '<%= config.bin %> destroy' },
    {
      description: 'With the data of one volume',
      command: '<%= config.bin %> destroy --stack shop --allow-data-loss shop_data',
    },
  ];
  static override flags = {
    ...runFlags,
    'allow-data-loss': dataLossFlag(),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Destroy);
    const { runDestroy } = await import('../app/run-destroy.ts');
    process.exitCode = await runDestroy({
      flags,
      removeVolumes: flags['allow-data-loss'] ?? [],
      ui: await this.deployUi(flags),
    });
  }
}
