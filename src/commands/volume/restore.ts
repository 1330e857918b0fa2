import { string as arg } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';
import { runFlags } from '../../app/cli/run-flags.ts';

export default class VolumeRestore extends BaseCommand {
  static override summary = 'fill a volume from a backup';
  static override description =
    'As a plan: what uses the volume stops, the volume is made anew and filled, and its users start again. The checksum beside the file is checked first.';
  static override group = 'Data';
  static override examples = [
    {
      description: 'Back to yesterday',
      command: '<%= config.bin %> volume restore shop_data shop_data.tar.gz --allow-data-loss shop_data',
    },
  ];
  static override args = {
    volume: arg({ description: 'name of the volume, the engine’s or the file’s', required: true }),
    file: arg({ description: 'backup to take', required: true }),
  };
  static override flags = {
    on: string({ description: 'host, for a volume that is on several or on none', helpValue: 'HOST' }),
    'allow-data-loss': string({
      description: 'what this volume holds now may go; repeatable',
      helpValue: 'NAME',
      multiple: true,
      multipleNonGreedy: true,
    }),
    verify: boolean({ description: 'read the volume back and compare it with the backup; takes twice as long' }),
    ...runFlags,
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(VolumeRestore);
    const { runRestore } = await import('../../app/volume-plans.ts');
    process.exitCode = await runRestore({
      flags,
      ui: await this.deployUi(flags),
      cause: `stowage volume restore ${args.volume}`,
      volume: args.volume,
      file: args.file,
      verify: flags.verify,
      mayLose: flags['allow-data-loss'] ?? [],
      ...(flags.on === undefined ? {} : { host: flags.on }),
    });
  }
}
