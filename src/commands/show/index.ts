import { string } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { BaseCommand } from '../../app/cli/base-command.ts';

export default class Show extends BaseCommand {
  static override summary = 'show a saved plan';
  static override group = 'Deploy';
  static override examples = [
    { description: 'The plan as it was when it was saved', command: '<%= config.bin %> show release.plan' },
  ];
  static override args = { plan: string({ description: 'file that stowage plan --out wrote', required: true }) };
  static override flags = { steps: boolean({ description: 'list the steps too' }) };

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(Show);
    const [{ loadPlan }, { renderPlan }] = await Promise.all([
      import('../../app/plan-file.ts'),
      import('../../render/plan.ts'),
    ]);
    const plan = loadPlan(args.plan);
    if (flags.json) return this.printJson(plan);
    this.print(renderPlan(plan, await this.terminal(flags), { showSteps: flags.steps }));
  }
}
