import { string } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import { EXIT } from '../model/exit-codes.ts';

export default class Ps extends BaseCommand {
  static override summary = 'show what runs where';
  static override description =
    'Lists the replicas of the stack on all its hosts. In a folder without any input, those of every stack.';
  static override group = 'Look';
  static override examples = [
    { description: 'The stack of this folder', command: '<%= config.bin %> ps' },
    {
      description: 'Two workloads, with their ended and helper containers',
      command: '<%= config.bin %> ps web api --all',
    },
    {
      description: 'Every stack on one host',
      command: '<%= config.bin %> ps --all-stacks --host ssh://deploy@198.51.100.11',
    },
  ];
  static override strict = false;
  static override args = { workload: string({ description: 'workloads to show; all of them by default' }) };
  static override flags = {
    all: boolean({ char: 'a', description: 'also containers of jobs, hooks and pods themselves' }),
    'all-stacks': boolean({ char: 'A', description: 'every stack on the hosts' }),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Ps);
    const [{ resolveSettings }, { listReplicas }, { stackName }, { openOptions }] = await Promise.all([
      import('../app/settings.ts'),
      import('../app/ps.ts'),
      import('../app/stack-name.ts'),
      import('../app/cli/open-options.ts'),
    ]);
    const settings = await resolveSettings(flags, process.cwd(), process.env);
    const stack = flags['all-stacks'] ? undefined : await stackName(settings);
    const query = { ...(stack !== undefined && { stack }), workloads: argv.map(String), all: flags.all };
    const { hosts } = settings.inventory;
    const { replicas, unreachable, overrides } = await listReplicas(hosts, query, openOptions(settings));
    if (unreachable.length > 0) process.exitCode = EXIT.failed;
    if (flags.json) {
      const { replicasJson } = await import('../render/json.ts');
      this.printJson(replicasJson(stack, replicas, unreachable, overrides));
      return;
    }
    if (replicas.length > 0) {
      const { renderReplicas } = await import('../render/replicas.ts');
      this.print(await renderReplicas(replicas, await this.terminal(flags), { showStack: stack === undefined }));
      if (overrides.length > 0) {
        const { renderOverrides } = await import('../render/rollout.ts');
        this.print(renderOverrides(overrides));
      }
    } else if (unreachable.length < hosts.length) {
      this.note(
        `nothing runs${stack === undefined ? '' : ` of stack ${stack}`} on ${hosts.map(({ name }) => name).join(', ')}\n`,
      );
    }
    await this.warnings(unreachable, { spaced: replicas.length > 0 });
  }
}
