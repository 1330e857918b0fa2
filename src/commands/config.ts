import { string as textArg } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { ignoredFlags, passFlags, stackFlags, viewFlags } from '../app/cli/config-flags.ts';
import { inputFlags } from '../app/cli/flags.ts';

export default class ConfigCommand extends BaseCommand {
  static override summary = 'print the compose project, complete and in canonical form';
  static override description =
    'Merges the files, fills in variables, defaults and long forms, and prints what `docker compose config` prints.';
  static override group = 'Begin';
  static override strict = false;
  static override examples = [
    { description: 'The project of this folder', command: '<%= config.bin %> config' },
    {
      description: 'Two files and a profile, as JSON',
      command: '<%= config.bin %> config -f compose.yaml -f compose.prod.yaml --profile debug --format json',
    },
    { description: 'Only check, in CI', command: '<%= config.bin %> config --quiet' },
    { description: 'Which variables do the files want?', command: '<%= config.bin %> config --variables' },
    { description: 'What the planner gets', command: '<%= config.bin %> config --desired' },
  ];
  static override args = {
    services: textArg({
      description: 'only these services and what they depend on',
      required: false,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    format: string({ description: 'yaml (default) or json', options: ['yaml', 'json'] }),
    quiet: boolean({ char: 'q', description: 'print nothing but errors' }),
    output: string({ char: 'o', description: 'write to a file', helpValue: 'FILE' }),
    ...viewFlags,
    ...passFlags,
    ...stackFlags,
    ...inputFlags,
    'project-name': string({ char: 'p', description: 'name of the project', helpValue: 'NAME', helpGroup: 'INPUT' }),
    ...ignoredFlags,
  };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(ConfigCommand);
    const { configText } = await import('../app/config-text.ts');
    const { text, warnings } = await configText(flags, argv.map(String), process.env);
    if (!flags.quiet) await this.warnings(warnings);
    if (flags.quiet) return;
    if (flags.output === undefined) this.print(text);
    else {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(flags.output, text);
    }
  }
}
