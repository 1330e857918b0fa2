import { boolean } from '@oclif/core/flags';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';

export default class VolumeLs extends BaseCommand {
  static override summary = 'list the volumes of the stack';
  static override description = 'With the host each is on and what uses it. Changes nothing.';
  static override group = 'Data';
  static override examples = [
    { description: 'Volumes of the stack of this folder', command: '<%= config.bin %> volume ls --size' },
  ];
  static override flags = {
    size: boolean({ description: 'measure how much each holds; takes a while on full hosts' }),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(VolumeLs);
    const { listVolumes } = await import('../../app/volumes.ts');
    const volumes = await listVolumes(flags, flags.size);
    if (flags.json) return this.printJson({ volumes });
    if (volumes.length === 0) return this.note('the stack has no volumes\n');
    const { renderVolumes } = await import('../../render/volumes.ts');
    this.print(await renderVolumes(volumes, await this.terminal(flags)));
  }
}
