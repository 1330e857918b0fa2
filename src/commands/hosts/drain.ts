import { string } from '@oclif/core/args';
import { boolean, string as text } from '@oclif/core/flags';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';
import { runFlags } from '../../app/cli/run-flags.ts';

export default class HostsDrain extends BaseCommand {
  static override summary = 'move what can run elsewhere off a host';
  static override description =
    'Plans from the history on the hosts (no file is needed), asks, marks the host and moves the replicas by the update policies and disruption budgets. What cannot move stays and is named; then the exit code is 1.';
  static override group = 'Hosts';
  static override examples = [
    { description: 'Before web-2 is rebooted', command: '<%= config.bin %> hosts drain web-2 --reason "new kernel"' },
    { description: 'What would move, and what cannot', command: '<%= config.bin %> hosts drain web-2 --dry-run' },
    { description: 'Every stack, from any machine', command: '<%= config.bin %> hosts drain web-2 --all-stacks --yes' },
  ];
  static override args = { host: string({ description: 'name of the host', required: true }) };
  static override flags = {
    reason: text({ description: 'why, for those who see the mark', helpValue: 'TEXT' }),
    'all-stacks': boolean({ description: 'every stack that runs there, one after the other' }),
    'dry-run': boolean({ description: 'show the plan, and change nothing' }),
    ...runFlags,
    stack: inputFlags.stack,
    config: inputFlags.config,
    env: inputFlags.env,
    file: inputFlags.file,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(HostsDrain);
    const { runDrain } = await import('../../app/drain.ts');
    process.exitCode = await runDrain({
      flags,
      host: args.host,
      cause: `stowage hosts drain ${args.host}`,
      isDryRun: flags['dry-run'],
      ui: await this.deployUi(flags),
    });
  }
}
