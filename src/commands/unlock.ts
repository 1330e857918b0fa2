import { boolean } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';

export default class Unlock extends BaseCommand {
  static override summary = 'break the lock of a run that will not come back';
  static override description =
    'Shows who holds the lock, asks, and breaks it. A run that still lives then fails at its next step. A lease that is over needs no unlock.';
  static override group = 'Mend';
  static override examples = [{ description: 'The stack of this folder', command: '<%= config.bin %> unlock' }];
  static override flags = {
    yes: boolean({ char: 'y', description: 'break it without a question' }),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Unlock);
    const [{ withStack }, { breakStackLock, readLock }, { confirm }] = await Promise.all([
      import('../app/stack-session.ts'),
      import('../app/unlock.ts'),
      import('../app/confirm.ts'),
    ]);
    await withStack(flags, async ({ session, stack }) => {
      const { claims, reports } = await readLock(session, stack);
      if (!flags.json) {
        const { renderLock } = await import('../render/lock.ts');
        this.print(renderLock(stack, reports));
      }
      if (claims.length > 0) {
        await confirm('Break this lock?', flags.yes);
        await breakStackLock(session, stack, claims);
      }
      if (flags.json) this.printJson({ stack, broken: reports });
      else if (claims.length > 0) this.print('The lock is broken.\n');
    });
  }
}
