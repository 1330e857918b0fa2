import { boolean, integer, string } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import { runFlags } from '../app/cli/run-flags.ts';

export default class Prune extends BaseCommand {
  static override summary = 'remove what the stack left behind';
  static override description =
    'As a plan: images of revisions that are out of reach, scratch space of replicas that are gone, networks without a container, configs and secrets that no revision names. What other stacks and other people have stays; volumes with data go only by name.';
  static override group = 'Data';
  static override examples = [
    { description: 'Look at it first', command: '<%= config.bin %> prune --dry-run' },
    { description: 'Keep the images of the last two releases', command: '<%= config.bin %> prune --keep 2' },
    { description: 'Every night', command: '<%= config.bin %> prune --images --yes' },
    {
      description: 'With a volume that nothing uses any more',
      command: '<%= config.bin %> prune --remove-volume shop_old',
    },
  ];
  static override flags = {
    keep: integer({
      description:
        'how many revisions keep their images, those that differ in images counted; 5 unless stowage.yaml says',
      helpValue: 'N',
      min: 1,
    }),
    images: boolean({ description: 'remove nothing but images' }),
    'remove-volume': string({
      description: 'delete this volume with its data; repeatable, engine names',
      aliases: ['allow-data-loss'],
      helpValue: 'NAME',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'dry-run': boolean({ description: 'show the plan and do nothing' }),
    ...runFlags,
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Prune);
    const { runPrune } = await import('../app/prune.ts');
    process.exitCode = await runPrune({ flags, ui: await this.deployUi(flags) });
  }
}
