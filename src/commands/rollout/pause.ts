import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';

export default class RolloutPause extends BaseCommand {
  static override summary = 'stop rollouts of the stack for now';
  static override description =
    'A run under way, on whatever machine, stops after its running steps; no other one begins before rollout resume.';
  static override group = 'Deploy';
  static override examples = [{ description: 'The stack of this folder', command: '<%= config.bin %> rollout pause' }];
  static override flags = { ...inputFlags, ...hostFlags };

  override async run(): Promise<void> {
    const { flags } = await this.parse(RolloutPause);
    const [{ withStack }, { holdRollouts }, { describeHolder }] = await Promise.all([
      import('../../app/stack-session.ts'),
      import('../../app/rollout/hold.ts'),
      import('../../executors/ledger/lock/holder.ts'),
    ]);
    const { user, host } = describeHolder(process.env);
    const stack = await withStack(flags, async ({ session, stack: name }) => {
      await holdRollouts(session, name, `${user}@${host}`);
      return name;
    });
    if (flags.json) this.printJson({ stack, paused: true });
    else this.print(`Rollouts of stack ${stack} are paused; stowage rollout resume goes on.\n`);
  }
}
