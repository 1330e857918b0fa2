import { type ChildProcess, spawn } from 'node:child_process';

export interface CommandResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in order of arrival. */
  readonly all: string;
  readonly durationMs: number;
}

export interface CommandOptions {
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Written to stdin, which is then closed. Without it stdin is empty. */
  readonly input?: string | undefined;
  /** Aborting sends SIGINT, as Ctrl-C does. */
  readonly signal?: AbortSignal | undefined;
  /** After that SIGKILL; 180 s unless given. */
  readonly timeoutMs?: number | undefined;
}

/** A command under way: for tests that interrupt it or look at its output while it runs. */
export interface RunningCommand {
  readonly pid: number;
  /** Settles when it has ended, whatever its exit code; rejects only when it could not be started. */
  readonly done: Promise<CommandResult>;
  output(): string;
  /** Resolves once the output so far matches; rejects when the command ends or `timeoutMs` (60 s) passes without. */
  waitForOutput(pattern: RegExp | string, timeoutMs?: number): Promise<void>;
  kill(signal?: NodeJS.Signals): void;
}

export function start(command: string, args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const begun = performance.now();
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: 'pipe' });
  const collected = collect(child);
  child.stdin.on('error', () => undefined); // a command need not read its input
  child.stdin.end(options.input ?? '');
  const interrupt = () => child.kill('SIGINT');
  const killer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 180_000);
  options.signal?.addEventListener('abort', interrupt);
  const done = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(killer);
      options.signal?.removeEventListener('abort', interrupt);
      resolve({ exitCode, signal, ...collected.text(), durationMs: performance.now() - begun });
    });
  });
  return {
    pid: child.pid ?? -1,
    done,
    output: () => collected.text().all,
    waitForOutput: (pattern, timeoutMs = 60_000) =>
      waitForOutput(child, () => collected.text().all, pattern, timeoutMs),
    kill: (signal = 'SIGTERM') => void child.kill(signal),
  };
}

/** Runs a command to its end. A non-zero exit code is a result, not an error. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return start(command, args, options).done;
}

/** Runs a command that has to succeed. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await run(command, args, options);
  if (result.exitCode !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${result.signal ?? result.exitCode}\n${result.all}`);
  }
  return result.stdout;
}

function collect(child: ChildProcess) {
  const parts: { readonly stream: 'stdout' | 'stderr'; readonly chunk: Buffer }[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk: Buffer) => parts.push({ stream, chunk }));
  }
  const join = (only?: string) =>
    Buffer.concat(parts.filter((part) => !only || part.stream === only).map((part) => part.chunk)).toString('utf8');
  return { text: () => ({ stdout: join('stdout'), stderr: join('stderr'), all: join() }) };
}

function waitForOutput(child: ChildProcess, output: () => string, pattern: RegExp | string, timeoutMs: number) {
  const matches = () => (typeof pattern === 'string' ? output().includes(pattern) : pattern.test(output()));
  return new Promise<void>((resolve, reject) => {
    const settle = (problem?: string) => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.stderr?.off('data', look);
      child.off('close', ended);
      if (problem === undefined) resolve();
      else reject(new Error(`no ${String(pattern)} in the output ${problem}:\n${output()}`));
    };
    const look = () => matches() && settle();
    const ended = () => settle(matches() ? undefined : 'before the command ended');
    const timer = setTimeout(() => settle(`after ${timeoutMs} ms`), timeoutMs);
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.on('close', ended);
    look();
  });
}
