import { string } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import { EXIT } from '../model/exit-codes.ts';

export default class Drift extends BaseCommand {
  static override summary = 'show what was changed on the hosts since the last apply';
  static override description =
    'Compares the hosts with the revision applied last, whatever the files say by now. Exits with 2 when something differs.';
  static override group = 'Look';
  static override examples = [
    { description: 'The stack of this folder; good for a nightly job', command: '<%= config.bin %> drift' },
    { description: 'Take all of it over into the compose file', command: '<%= config.bin %> drift --write' },
    { description: 'Only that of one workload', command: '<%= config.bin %> drift api --write' },
  ];
  static override strict = false;
  static override args = {
    object: string({ description: 'workloads, networks or volumes to look at; all of them by default' }),
  };
  static override flags = {
    write: boolean({ description: 'put what changed into the compose file, comments and order kept' }),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Drift);
    const [{ findDrift }, { driftText, writtenText }] = await Promise.all([
      import('../app/drift.ts'),
      import('../render/drift.ts'),
    ]);
    const report = await findDrift(flags, argv.map(String));
    const { stack, revision, drift } = report;
    if (flags.write) {
      const { adoptDrift } = await import('../app/drift-write.ts');
      const written = await adoptDrift(drift, report.files);
      if (flags.json) return this.printJson({ stack, revision, drift, written });
      this.print(writtenText(written, process.cwd()));
      return;
    }
    if (drift.length > 0) process.exitCode = EXIT.changes;
    if (flags.json) return this.printJson({ stack, revision, drift });
    this.print(driftText(report, await this.terminal(flags)));
  }
}
