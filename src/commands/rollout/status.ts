import { boolean } from '@oclif/core/flags';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';

export default class RolloutStatusCommand extends BaseCommand {
  static override summary = 'show where the rollout stands';
  static override description =
    'Ready replicas, generations side by side, shares of the requests, and what waits. Exit code 1 when the last revision failed.';
  static override group = 'Look';
  static override examples = [
    { description: 'Once', command: '<%= config.bin %> rollout status' },
    { description: 'Until it is over', command: '<%= config.bin %> rollout status --watch' },
  ];
  static override flags = {
    watch: boolean({ char: 'w', description: 'until it is over' }),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(RolloutStatusCommand);
    const [{ withStack }, { watchStatus }, { renderRolloutStatus }] = await Promise.all([
      import('../../app/stack-session.ts'),
      import('../../app/rollout/watch.ts'),
      import('../../render/rollout.ts'),
    ]);
    const terminal = await this.terminal(flags);
    let shown = '';
    await withStack(flags, async ({ session, stack }) => {
      for await (const status of watchStatus(session, stack, flags.watch)) {
        const text = flags.json ? `${JSON.stringify(status)}\n` : await renderRolloutStatus(status, terminal);
        if (text !== shown) this.print(shown === '' || flags.json ? text : `\n${text}`);
        shown = text;
        process.exitCode = status.revision?.status === 'failed' ? 1 : 0;
      }
    });
  }
}
