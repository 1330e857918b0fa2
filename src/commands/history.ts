import { boolean } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';

export default class History extends BaseCommand {
  static override summary = 'list what was applied, when and by whom';
  static override description = 'Reads the history that the hosts keep; works from any machine that reaches them.';
  static override group = 'Look';
  static override examples = [
    { description: 'The stack of this folder', command: '<%= config.bin %> history' },
    { description: 'Who did what, unlocking included', command: '<%= config.bin %> history --audit' },
    {
      description: 'A stack by name, anywhere',
      command: '<%= config.bin %> history --stack shop --host ssh://deploy@198.51.100.11',
    },
  ];
  static override flags = {
    audit: boolean({ description: 'list who began, ended or unlocked what, instead of the revisions' }),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(History);
    const [{ withStack }, { readHistory }] = await Promise.all([
      import('../app/stack-session.ts'),
      import('../app/history.ts'),
    ]);
    const state = await withStack(flags, ({ session, stack }) => readHistory(session, stack));
    await this.warnings(state.problems, { spaced: true });
    if (flags.json) return this.printJson(flags.audit ? { audit: state.audit } : state);
    const { renderAudit, renderHistory } = await import('../render/history.ts');
    if (flags.audit && state.audit.length > 0) this.print(await renderAudit(state.audit, await this.terminal(flags)));
    else if (state.revisions.length === 0)
      this.note('no host keeps a history: nothing was applied yet, or it was removed\n');
    else this.print(await renderHistory(state, await this.terminal(flags)));
  }
}
