import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';
import { EXIT } from '../../model/exit-codes.ts';

export default class Hosts extends BaseCommand {
  static override summary = 'show every host: reachable or not, engine, capacity, labels';
  static override description =
    'Asks each host once. A host that cannot be reached is listed with its reason, and the exit code is 1.';
  static override group = 'Look';
  static override examples = [
    { description: 'The hosts of stowage.yaml, or the local engine', command: '<%= config.bin %> hosts' },
    { description: 'Can I use this one?', command: '<%= config.bin %> hosts --host ssh://deploy@198.51.100.11' },
    {
      description: 'Names of those that answer',
      command: "<%= config.bin %> hosts --json | jq -r '.hosts[] | select(.reachable).name'",
    },
  ];
  static override flags = { config: inputFlags.config, env: inputFlags.env, ...hostFlags };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Hosts);
    const [{ resolveSettings }, { reportHosts }, { openOptions }] = await Promise.all([
      import('../../app/settings.ts'),
      import('../../app/hosts.ts'),
      import('../../app/cli/open-options.ts'),
    ]);
    const settings = await resolveSettings(flags, process.cwd(), process.env);
    const reports = await reportHosts(settings.inventory.hosts, openOptions(settings));
    const failures = reports.flatMap(({ error }) => error ?? []);
    if (failures.length > 0) process.exitCode = EXIT.failed;
    if (flags.json) {
      const { hostsJson } = await import('../../render/json.ts');
      this.printJson(hostsJson(reports));
      return;
    }
    const { renderHosts } = await import('../../render/hosts.ts');
    this.print(await renderHosts(reports, await this.terminal(flags)));
    await this.warnings(failures, { spaced: true });
  }
}
