import { BaseCommand } from '../app/cli/base-command.ts';
import { inputFlags } from '../app/cli/flags.ts';

export default class Validate extends BaseCommand {
  static override summary = 'check stowage.yaml and the files it names';
  static override group = 'Begin';
  static override examples = [
    { description: 'Check the folder', command: '<%= config.bin %> validate' },
    {
      description: 'Check two files together',
      command: '<%= config.bin %> validate -f compose.yaml -f compose.prod.yaml',
    },
  ];
  static override flags = inputFlags;

  override async run(): Promise<void> {
    await this.parse(Validate);
  }
}
