import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { inputFlags } from '../app/cli/flags.ts';

export default class Convert extends BaseCommand {
  static override summary = 'turn a compose project into Kubernetes manifests, or the reverse';
  static override description =
    'Prints the stack in the other form, and on stderr what that form cannot say. The data of secrets is not printed unless asked for.';
  static override group = 'Begin';
  static override examples = [
    {
      description: 'Manifests from a compose project',
      command: '<%= config.bin %> convert --to kubernetes > k8s.yaml',
    },
    {
      description: 'A compose file from a folder of manifests',
      command: '<%= config.bin %> convert --to compose -f k8s/ > compose.yaml',
    },
  ];
  static override flags = {
    to: string({ description: 'the form to write', options: ['kubernetes', 'compose'], required: true }),
    'show-secrets': boolean({ description: 'write the data of secrets into the manifests' }),
    ...inputFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Convert);
    const { convert } = await import('../app/convert.ts');
    const { text, lost, warnings } = await convert(flags, process.env);
    if (flags.json) this.printJson({ text, lost, warnings });
    else this.print(text);
    await this.warnings([...warnings, ...lost]);
  }
}
