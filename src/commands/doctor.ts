import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import { EXIT } from '../model/exit-codes.ts';

export default class Doctor extends BaseCommand {
  static override summary = 'check everything a run depends on, and say how to mend it';
  static override description =
    'Looks at SSH, forwarding, rights, engine, disk, clock, swarm and gateway of each host, and at lock and history of the stack. Changes nothing; exit code 1 when something has to be mended.';
  static override group = 'Mend';
  static override examples = [
    { description: 'The hosts and the stack of this folder', command: '<%= config.bin %> doctor' },
    {
      description: 'A host that is not in use yet',
      command: '<%= config.bin %> doctor --host ssh://deploy@198.51.100.11',
    },
  ];
  static override flags = { ...inputFlags, ...hostFlags };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const [{ resolveSettings }, { stackName }, { examine }, { openOptions }] = await Promise.all([
      import('../app/settings.ts'),
      import('../app/stack-name.ts'),
      import('../app/doctor.ts'),
      import('../app/cli/open-options.ts'),
    ]);
    const settings = await resolveSettings(flags, process.cwd(), process.env);
    const stack = await stackName(settings);
    const checks = await examine(settings.inventory.hosts, stack, openOptions(settings));
    if (checks.some(({ status }) => status === 'error')) process.exitCode = EXIT.failed;
    if (flags.json) return this.printJson({ ...(stack !== undefined && { stack }), checks });
    const { renderDoctor } = await import('../render/doctor.ts');
    this.print(renderDoctor(checks, await this.terminal(flags)));
  }
}
