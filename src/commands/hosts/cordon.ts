import { string } from '@oclif/core/args';
import { string as text } from '@oclif/core/flags';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';

export default class HostsCordon extends BaseCommand {
  static override summary = 'let nothing new start on a host';
  static override description =
    'What runs there stays. The mark is kept on the host, so that it holds for every stack and every machine that plans; stowage hosts uncordon takes it away.';
  static override group = 'Hosts';
  static override examples = [
    {
      description: 'Nothing new on web-2',
      command: '<%= config.bin %> hosts cordon web-2 --reason "new disks on Monday"',
    },
  ];
  static override args = { host: string({ description: 'name of the host', required: true }) };
  static override flags = {
    reason: text({ description: 'why, for those who see the mark', helpValue: 'TEXT' }),
    config: inputFlags.config,
    env: inputFlags.env,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(HostsCordon);
    const { runMark } = await import('../../app/marks.ts');
    const marked = await runMark(flags, args.host, { cordoned: true, drained: false });
    if (flags.json) return this.printJson({ host: args.host, ...marked.after });
    const { renderMarks } = await import('../../render/marks.ts');
    this.print(renderMarks(args.host, marked.before, marked.after));
  }
}
