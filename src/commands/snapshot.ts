import { string } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';

export default class Snapshot extends BaseCommand {
  static override summary = 'write what is live to a file, for plans without access to the hosts';
  static override description =
    "The file holds no address, no secret, and of other people's containers only what they take of the hosts.";
  static override group = 'Look';
  static override examples = [
    { description: 'For a pipeline that has no SSH key', command: '<%= config.bin %> snapshot --out fleet.json' },
    { description: 'A plan from it', command: '<%= config.bin %> plan --against fleet.json' },
  ];
  static override flags = {
    out: string({ char: 'o', description: 'file to write; stdout without it', helpValue: 'FILE' }),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Snapshot);
    const [{ withStack }, { observe }, { redact, saveSnapshot }] = await Promise.all([
      import('../app/stack-session.ts'),
      import('../app/make-plan.ts'),
      import('../app/snapshot.ts'),
    ]);
    const live = await withStack(flags, ({ session, stack }) => observe(session.readers, stack, { refresh: false }));
    const snapshot = redact(live);
    if (flags.out === undefined) this.printJson(snapshot);
    else await saveSnapshot(flags.out, snapshot);
  }
}
