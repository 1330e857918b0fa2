import { string } from '@oclif/core/args';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import { runFlags } from '../app/cli/run-flags.ts';

export default class Scale extends BaseCommand {
  static override summary = 'change how many replicas run';
  static override description =
    'Planned, applied under the same gates and recorded as a revision of its own. It holds until the files are applied again, which say so.';
  static override group = 'Deploy';
  static override examples = [
    { description: 'Five of one, two of another', command: '<%= config.bin %> scale web=5 worker=2' },
  ];
  static override args = { change: string({ description: 'WORKLOAD=N', required: true }) };
  static override strict = false;
  static override flags = { ...runFlags, ...inputFlags, ...hostFlags };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Scale);
    const [{ runScale }, { readAssignments, replicaCount }] = await Promise.all([
      import('../app/rollout/changes.ts'),
      import('../app/rollout/assignments.ts'),
    ]);
    const wanted = new Map([...readAssignments(argv.map(String))].map(([id, text]) => [id, replicaCount(id, text)]));
    const request = { flags, ui: await this.deployUi(flags), cause: `stowage scale ${argv.join(' ')}` };
    process.exitCode = await runScale(request, wanted);
  }
}
