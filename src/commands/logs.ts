import { setMaxListeners } from 'node:events';
import { string } from '@oclif/core/args';
import { boolean, integer, string as text } from '@oclif/core/flags';
import { BaseCommand } from '../app/cli/base-command.ts';
import { usageError } from '../app/cli/command-line.ts';
import { hostFlags, inputFlags } from '../app/cli/flags.ts';
import type { Settings } from '../app/settings.ts';
import { EXIT } from '../model/exit-codes.ts';

export default class Logs extends BaseCommand {
  static override summary = 'show what the replicas wrote, on all hosts';
  static override description =
    'Lines of all replicas in order of time, each with its replica and host. With --follow also what comes, until Ctrl-C; replicas that start later join in.';
  static override group = 'Look';
  static override examples = [
    { description: 'Follow everything', command: '<%= config.bin %> logs --follow' },
    { description: 'The last 50 lines of each web replica', command: '<%= config.bin %> logs web --tail 50' },
    {
      description: 'What failed in the last ten minutes',
      command: '<%= config.bin %> logs --since 10m --json | jq -r \'select(.stream=="stderr").text\'',
    },
  ];
  static override strict = false;
  static override args = { workload: string({ description: 'workloads to show; all of them by default' }) };
  static override flags = {
    follow: boolean({ char: 'F', description: 'go on with what comes' }),
    since: text({ description: 'only lines since then: 10m, 1h30m, 2026-01-31T12:00:00Z', helpValue: 'TIME' }),
    tail: integer({ description: 'begin with the last N lines of each replica', helpValue: 'N', min: 0 }),
    timestamps: boolean({ char: 't', description: 'show the time of each line' }),
    prefix: boolean({ description: 'begin each line with its replica and host', default: true, allowNo: true }),
    all: boolean({ char: 'a', description: 'also containers of jobs, hooks and pods themselves' }),
    ...inputFlags,
    ...hostFlags,
  };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Logs);
    const [{ resolveSettings }, { readLogs }, { stackName }, { LogsFormatter, logLineJson }] = await Promise.all([
      import('../app/settings.ts'),
      import('../app/logs.ts'),
      import('../app/stack-name.ts'),
      import('../render/logs.ts'),
    ]);
    const settings = await resolveSettings(flags, process.cwd(), process.env);
    const stack = await stackName(settings);
    const since = flags.since === undefined ? undefined : await sinceOf(flags.since);
    const { style } = await this.terminal(flags);
    const formatter = new LogsFormatter({ style, timestamps: flags.timestamps, prefix: flags.prefix });
    const { follow, all, tail, json } = flags;
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const onSignal = () => stop.abort();
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    let failed = false;
    const problems = await readLogs(
      settings.inventory.hosts,
      { stack, workloads: argv.map(String), all, follow, tail, since },
      await this.openOptions(settings, stop.signal),
      {
        onReplicas: (replicas) => {
          formatter.announce(replicas);
          if (replicas.length === 0 && !follow && !failed)
            this.note(`no replicas${stack === undefined ? '' : ` of stack ${stack}`}\n`);
        },
        onLine: async (line) => await this.write(json ? logLineJson(line) : formatter.line(line)),
        onProblem: (problem) => {
          failed = true;
          void this.warnings([problem]);
        },
      },
    );
    if (stop.signal.aborted) process.exitCode = EXIT.interrupted;
    else if (problems > 0) process.exitCode = EXIT.failed;
  }

  private async openOptions(settings: Settings, signal: AbortSignal) {
    const { openOptions } = await import('../app/cli/open-options.ts');
    return { ...openOptions(settings, signal), signal };
  }

  /** Waits when the reader of stdout is slow. */
  private async write(line: string): Promise<void> {
    if (!process.stdout.write(line)) await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
  }
}

async function sinceOf(value: string): Promise<string> {
  const { parseSince } = await import('../app/logs/time.ts');
  const since = parseSince(value, Date.now());
  if (since !== undefined) return since;
  throw usageError({
    code: 'cli/usage',
    message: 'this time cannot be read',
    where: `--since ${value}`,
    fix: 'write how long ago (10m, 1h30m, 2d), or a time: 2026-01-31T12:00:00Z',
  });
}
