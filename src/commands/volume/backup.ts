import { string as arg } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';

export default class VolumeBackup extends BaseCommand {
  static override summary = 'copy a volume into a file of this machine';
  static override description =
    'Streams a tar with owners and modes, and writes its checksum beside it. Nothing is stopped; what writes meanwhile can be paused.';
  static override group = 'Data';
  static override examples = [
    { description: 'Into shop_data.tar', command: '<%= config.bin %> volume backup shop_data' },
    {
      description: 'Packed, with its users paused',
      command: '<%= config.bin %> volume backup data --output data.tar.gz --pause',
    },
  ];
  static override args = {
    volume: arg({ description: 'name of the volume, the engine’s or the file’s', required: true }),
  };
  static override flags = {
    output: string({
      char: 'o',
      description: 'file to write; .tar.gz and .tar.zst are packed',
      helpValue: 'FILE',
    }),
    on: string({ description: 'host, for a volume that is on several', helpValue: 'HOST' }),
    pause: boolean({ description: 'pause what uses the volume meanwhile' }),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(VolumeBackup);
    const [{ runBackup }, { backupLine, backupProgress }] = await Promise.all([
      import('../../app/volume-backup.ts'),
      import('../../render/backup.ts'),
    ]);
    const report = await runBackup({
      flags,
      volume: args.volume,
      pause: flags.pause,
      onBytes: backupProgress(process.stderr, flags.json),
      ...(flags.on === undefined ? {} : { host: flags.on }),
      ...(flags.output === undefined ? {} : { file: flags.output }),
    });
    if (flags.json) return this.printJson(report);
    this.print(await backupLine(report));
  }
}
