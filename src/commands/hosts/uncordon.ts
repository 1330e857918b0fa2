import { string } from '@oclif/core/args';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';

export default class HostsUncordon extends BaseCommand {
  static override summary = 'take away the mark of cordon or drain';
  static override description =
    'New replicas may start on the host again. What was moved off it stays where it is; stowage plan --rebalance proposes what to move back.';
  static override group = 'Hosts';
  static override examples = [{ description: 'web-2 is back', command: '<%= config.bin %> hosts uncordon web-2' }];
  static override args = { host: string({ description: 'name of the host', required: true }) };
  static override flags = { config: inputFlags.config, env: inputFlags.env, ...hostFlags };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(HostsUncordon);
    const { runMark } = await import('../../app/marks.ts');
    const marked = await runMark(flags, args.host, { cordoned: false, drained: false });
    if (flags.json) return this.printJson({ host: args.host, ...marked.after });
    const { renderMarks } = await import('../../render/marks.ts');
    this.print(renderMarks(args.host, marked.before, marked.after));
  }
}
