import { boolean } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';

export default class Init extends BaseCommand {
  static override summary = 'write a commented stowage.yaml';
  static override description =
    'Writes stowage.yaml for the compose file of the folder. Asks nothing and contacts no host.';
  static override group = 'Begin';
  static override examples = [
    { description: 'For the compose file here', command: '<%= config.bin %> init' },
    {
      description: 'With two hosts filled in',
      command:
        '<%= config.bin %> init --stack shop --host web-1=ssh://deploy@198.51.100.11 --host web-2=ssh://deploy@198.51.100.12',
    },
  ];
  static override flags = {
    force: boolean({ description: 'overwrite the stowage.yaml that is there' }),
    file: inputFlags.file,
    stack: inputFlags.stack,
    host: hostFlags.host,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Init);
    const [{ resolveSettings }, { resolveInventory }, { writeStowageFile }] = await Promise.all([
      import('../app/settings.ts'),
      import('../app/settings/inventory.ts'),
      import('../app/init.ts'),
    ]);
    const { host, ...input } = flags;
    const settings = await resolveSettings(input, process.cwd(), process.env, { hosts: false, stowageFile: false });
    const hosts = host ? (await resolveInventory(host, undefined, process.env)).inventory.hosts : [];
    const { path, stack, files, missingFiles } = writeStowageFile(settings, hosts, flags.force);
    if (flags.json) {
      this.printJson({ path, stack, files, hosts: hosts.map(({ name }) => name) });
      return;
    }
    const next = missingFiles.length > 0 ? `Write ${missingFiles.join(', ')}, then try` : 'Next:';
    this.print(`Wrote stowage.yaml for stack ${stack}.\n${next} \`stowage validate\`, then \`stowage plan\`.\n`);
  }
}
