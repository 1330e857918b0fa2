import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import { runFlags } from '../app/cli/run-flags.ts';
import { EXIT } from '../model/exit-codes.ts';

export default class Import extends BaseCommand {
  static override summary = 'take over what docker compose or docker run started';
  static override description =
    'Makes running containers, with the networks and volumes they use, part of the stack without touching them: nothing is restarted. What is not as the files say is shown, and left for the next apply.';
  static override group = 'Deploy';
  static override examples = [
    { description: 'The compose project of this folder', command: '<%= config.bin %> import' },
    { description: 'Only look', command: '<%= config.bin %> import --dry-run' },
    {
      description: 'A project that is called otherwise than the stack',
      command: '<%= config.bin %> import --from-compose myapp',
    },
    {
      description: 'Containers of docker run, by name',
      command: '<%= config.bin %> import --container web-a=web/1 --container web-b=web/2 --container pg=db',
    },
  ];
  static override flags = {
    'from-compose': string({
      description: "compose project to take over; the stack's name unless containers are named",
      helpValue: 'PROJECT',
    }),
    container: string({
      description: 'container to take over as a replica: [HOST:]NAME=WORKLOAD[/ORDINAL]; repeatable',
      helpValue: 'NAME=WORKLOAD',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'dry-run': boolean({ description: 'show what would be taken over, and change nothing' }),
    'detailed-exitcode': boolean({
      description: 'exit with 2 when there is something to take over',
      dependsOn: ['dry-run'],
    }),
    resolve: boolean({
      description: 'resolve image tags to digests, to compare the bytes that run',
      allowNo: true,
      default: true,
    }),
    ...runFlags,
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Import);
    if (flags['dry-run']) return await this.show(flags);
    const { runImport } = await import('../app/import.ts');
    process.exitCode = await runImport({ flags, ui: await this.deployUi(flags) });
  }

  private async show(flags: Parameters<typeof import('../app/import.ts').findImports>[0] & Shown): Promise<void> {
    const [{ findImports }, { importReport, importSummary }] = await Promise.all([
      import('../app/import.ts'),
      import('../app/import-summary.ts'),
    ]);
    const { plan, next, notices } = await findImports(flags);
    await this.warnings(notices, { spaced: true });
    if (flags['detailed-exitcode'] && plan.steps.length > 0) process.exitCode = EXIT.changes;
    if (flags.json) return this.printJson(importReport(plan, next));
    const { renderPlan } = await import('../render/plan.ts');
    this.print(plan.steps.length === 0 ? 'Nothing to take over.\n' : renderPlan(plan, await this.terminal(flags)));
    this.print(importSummary(next));
  }
}

interface Shown {
  readonly json: boolean;
  readonly color?: boolean;
  readonly 'detailed-exitcode': boolean;
}
