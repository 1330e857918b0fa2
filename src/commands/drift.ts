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
    { description: 'Take it over into the compose file', command: '<%= config.bin %> drift --write' },
  ];
  static override flags = {
    write: boolean({ description: 'put what changed into the compose file, comments and order kept' }),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Drift);
    const { findDrift } = await import('../app/drift.ts');
    const report = await findDrift(flags);
    const { stack, revision, drift } = report;
    if (flags.write) {
      const { adoptDrift } = await import('../app/drift-write.ts');
      const written = await adoptDrift(drift, report.files);
      if (flags.json) return this.printJson({ stack, revision, drift, written });
      for (const { file, path } of written) this.print(`${file}: ${path}\n`);
      return;
    }
    if (drift.length > 0) process.exitCode = EXIT.changes;
    if (flags.json) return this.printJson({ stack, revision, drift });
    const { renderDrift } = await import('../render/drift.ts');
    this.print(renderDrift(report, await this.terminal(flags)));
  }
}
