import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import { planFlags } from '../app/cli/plan-flags.ts';
import { EXIT } from '../model/exit-codes.ts';

export default class Plan extends BaseCommand {
  static override summary = 'show exactly what apply will do';
  static override description =
    'Compares the files with what is live on the hosts and lists every change and, with --steps, every step. Changes nothing.';
  static override group = 'Deploy';
  static override examples = [
    { description: 'The stack of this folder', command: '<%= config.bin %> plan' },
    {
      description: 'A plan to be reviewed, and applied as it is later',
      command: '<%= config.bin %> plan --out release.plan',
    },
    {
      description: 'In CI: exit code 2 when there is something to do',
      command: '<%= config.bin %> plan --detailed-exitcode',
    },
    {
      description: 'Manifests that another tool renders',
      command: 'helm template shop ./chart | <%= config.bin %> plan -f -',
    },
  ];
  static override flags = {
    out: string({ char: 'o', description: 'save the plan to a file', helpValue: 'FILE' }),
    steps: boolean({ description: 'list the steps too' }),
    unchanged: boolean({ description: 'list what stays as it is, too' }),
    'detailed-exitcode': boolean({ description: 'exit with 2 when there are changes' }),
    ...planFlags,
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Plan);
    const [{ prepare, planOptions }, { withSession }, { makePlan }, { openOptions }, resume] = await Promise.all([
      import('../app/prepare.ts'),
      import('../app/session.ts'),
      import('../app/make-plan.ts'),
      import('../app/cli/open-options.ts'),
      import('../app/resume.ts'),
    ]);
    const { settings, compiled } = await prepare(flags, { payloads: false });
    const { stack } = compiled.desired;
    const [{ plan, live }, history] = await withSession(
      settings.inventory.hosts,
      openOptions(settings),
      ({ readers }) =>
        Promise.all([
          makePlan(compiled.desired, readers, planOptions(flags, compiled)),
          resume.historyForPlan(readers, stack),
        ]),
    );
    const told = resume.historyNotices(history, live, stack);
    await this.warnings([...settings.warnings, ...compiled.diagnostics, ...told, ...plan.warnings], { spaced: true });
    if (flags.out !== undefined) {
      const { savePlan } = await import('../app/plan-file.ts');
      await savePlan(flags.out, plan);
    }
    const { isEmpty, renderPlan } = await import('../render/plan.ts');
    if (flags.json) this.printJson(plan);
    else
      this.print(
        renderPlan(plan, await this.terminal(flags), { showSteps: flags.steps, showUnchanged: flags.unchanged }),
      );
    const { enforcePolicy } = await import('../app/deploy.ts');
    await enforcePolicy(plan, settings.policy);
    if (flags['detailed-exitcode'] && !isEmpty(plan)) process.exitCode = EXIT.changes;
  }
}
