import { string as arg } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';
import { runFlags } from '../../app/cli/run-flags.ts';

export default class VolumeMove extends BaseCommand {
  static override summary = 'move a volume, and what uses it, to another host';
  static override description =
    'As a plan: what uses the volume stops, the data is copied and compared, its users start on the other host, and then the source goes.';
  static override group = 'Data';
  static override examples = [
    { description: 'The database to new disks', command: '<%= config.bin %> volume move shop_data --to db-2' },
  ];
  static override args = {
    volume: arg({ description: 'name of the volume, the engine’s or the file’s', required: true }),
  };
  static override flags = {
    to: string({ description: 'host it goes to', helpValue: 'HOST', required: true }),
    from: string({ description: 'host it is on, when it is on several', helpValue: 'HOST' }),
    'keep-source': boolean({ description: 'leave the source where it is' }),
    ...runFlags,
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(VolumeMove);
    const { runMove } = await import('../../app/volume-plans.ts');
    process.exitCode = await runMove({
      flags,
      ui: await this.deployUi(flags),
      cause: `stowage volume move ${args.volume} --to ${flags.to}`,
      volume: args.volume,
      toHost: flags.to,
      keepSource: flags['keep-source'],
      ...(flags.from === undefined ? {} : { fromHost: flags.from }),
    });
  }
}
