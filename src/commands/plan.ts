import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import { planFlags } from '../app/cli/plan-flags.ts';
import { questionFlags } from '../app/cli/question-flags.ts';
import { EXIT } from '../model/exit-codes.ts';
import { PLAN_FORMATS, planFormat } from '../render/plan/format.ts';

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
    { description: 'Only what was changed on the hosts', command: '<%= config.bin %> plan --refresh-only' },
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
    format: string({ description: 'how to print it', options: [...PLAN_FORMATS], default: 'text' }),
    'render-script': boolean({ description: 'print the steps as a shell script of docker commands' }),
    steps: boolean({ description: 'list the steps too' }),
    unchanged: boolean({ description: 'list what stays as it is, too' }),
    'refresh-only': boolean({
      description: 'show only what was changed on the hosts since the last apply, as stowage drift does',
      exclusive: ['out', 'format', 'render-script', 'steps', 'target', 'against'],
    }),
    'detailed-exitcode': boolean({ description: 'exit with 2 when there are changes' }),
    ...questionFlags,
    ...planFlags,
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Plan);
    if (flags['refresh-only']) return await this.drift(flags);
    const { runPlan } = await import('../app/run-plan.ts');
    const { plan, answers, notices, policy } = await runPlan(flags);
    await this.warnings(notices, { spaced: true });
    if (flags.out !== undefined) {
      const { savePlan } = await import('../app/plan-file.ts');
      await savePlan(flags.out, plan);
    }
    const terminal = await this.terminal(flags);
    const { violationsOf } = await import('../app/deploy.ts');
    const violations = await violationsOf(plan, policy);
    if (answers.isAsked) {
      const { renderAnswers } = await import('../render/plan/answers.ts');
      this.print(flags.json ? `${JSON.stringify(answers, null, 2)}\n` : await renderAnswers(plan, answers, terminal));
    } else if (planFormat(flags) === 'json') {
      this.printJson(violations.length === 0 ? plan : { ...plan, violations });
    } else {
      const { formatPlan } = await import('../render/plan/format.ts');
      const options = { showSteps: flags.steps, showUnchanged: flags.unchanged };
      this.print(await formatPlan(plan, planFormat(flags), terminal, options));
    }
    if (violations.length > 0) {
      await this.warnings(violations, { spaced: true });
      process.exitCode = EXIT.policy;
    } else if (flags['detailed-exitcode'] && plan.steps.length > 0) process.exitCode = EXIT.changes;
  }

  /** The report of `stowage drift`. */
  private async drift(flags: Parameters<typeof import('../app/drift.ts').findDrift>[0] & Shown): Promise<void> {
    const [{ findDrift }, { driftText }] = await Promise.all([import('../app/drift.ts'), import('../render/drift.ts')]);
    const report = await findDrift(flags);
    const { stack, revision, drift } = report;
    if (drift.length > 0) process.exitCode = EXIT.changes;
    if (flags.json) this.printJson({ stack, revision, drift });
    else this.print(driftText(report, await this.terminal(flags)));
  }
}

interface Shown {
  readonly json: boolean;
  readonly color?: boolean;
}
