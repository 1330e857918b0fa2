import { integer } from '@oclif/core/args';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';

export default class ShowRevision extends BaseCommand {
  static override summary = 'show one revision of the history';
  static override group = 'Look';
  static override examples = [{ description: 'What revision 3 was', command: '<%= config.bin %> show revision 3' }];
  static override args = { number: integer({ description: 'its number', required: true }) };
  static override flags = { ...inputFlags, ...hostFlags };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(ShowRevision);
    const [{ withStack }, { readHistory, revisionOf }] = await Promise.all([
      import('../../app/stack-session.ts'),
      import('../../app/history.ts'),
    ]);
    const record = await withStack(flags, async ({ session, stack }) =>
      revisionOf(await readHistory(session, stack), args.number, stack),
    );
    if (flags.json) return this.printJson(record);
    const { renderRevision } = await import('../../render/history.ts');
    this.print(renderRevision(record, await this.terminal(flags)));
  }
}
