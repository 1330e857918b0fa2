import { string as textArg } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { PLAN_FORMATS } from '../../render/plan/format.ts';

export default class Show extends BaseCommand {
  static override summary = 'show a saved plan';
  static override group = 'Deploy';
  static override examples = [
    { description: 'The plan as it was when it was saved', command: '<%= config.bin %> show release.plan' },
    {
      description: 'As a page, with placement and graph',
      command: '<%= config.bin %> show release.plan --format html > plan.html',
    },
  ];
  static override args = { plan: textArg({ description: 'file that stowage plan --out wrote', required: true }) };
  static override flags = {
    format: string({ description: 'how to print it', options: [...PLAN_FORMATS], default: 'text' }),
    steps: boolean({ description: 'list the steps too' }),
  };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(Show);
    const [{ loadPlan }, { formatPlan, planFormat }] = await Promise.all([
      import('../../app/plan-file.ts'),
      import('../../render/plan/format.ts'),
    ]);
    const format = planFormat({ ...flags, 'render-script': false });
    const options = { showSteps: flags.steps };
    this.print(await formatPlan(loadPlan(args.plan), format, await this.terminal(flags), options));
  }
}
