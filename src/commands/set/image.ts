import { string } from '@oclif/core/args';
import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';
import { runFlags } from '../../app/cli/run-flags.ts';

export default class SetImage extends BaseCommand {
  static override summary = 'change the image of a workload';
  static override description =
    'Planned, applied under the same gates and recorded as a revision of its own. It holds until the files are applied again, which say so.';
  static override group = 'Deploy';
  static override examples = [
    { description: 'A new tag', command: '<%= config.bin %> set image web=app:2' },
    { description: 'One container of a pod', command: '<%= config.bin %> set image web/proxy=proxy:3' },
  ];
  static override args = { change: string({ description: 'WORKLOAD=IMAGE', required: true }) };
  static override strict = false;
  static override flags = { ...runFlags, ...inputFlags, ...hostFlags };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(SetImage);
    const [{ runSetImage }, { readAssignments }] = await Promise.all([
      import('../../app/rollout/changes.ts'),
      import('../../app/rollout/assignments.ts'),
    ]);
    const request = { flags, ui: await this.deployUi(flags), cause: `stowage set image ${argv.join(' ')}` };
    process.exitCode = await runSetImage(request, readAssignments(argv.map(String)));
  }
}
