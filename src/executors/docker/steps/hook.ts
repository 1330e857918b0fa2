import { setTimeout as sleep } from 'node:timers/promises';
import { inspectContainer } from './container.ts';
import { stepFailure } from './failure.ts';
import type { StepRunner, StepScope } from './types.ts';

/** Runs a lifecycle hook. After a broken connection a hook that still runs is waited for; one that is gone is not run twice. */
export const execHook: StepRunner<'hook.exec'> = async (step, scope) => {
  const { host, signal } = scope;
  const result = scope.outcomeUnknown
    ? await findHook(step, scope)
    : await host.exec(step.container, step.command, { signal, timeoutMs: step.timeoutSeconds * 1000 });
  if (result.exitCode === 0) return;
  const lines = [...lastLines(result.stdout), ...lastLines(result.stderr)];
  throw stepFailure('hook/failed', 'a hook failed', {
    detail: `${step.command.join(' ')} in ${step.container}`,
    why: `it ended with exit code ${result.exitCode}`,
    evidence: lines.length > 0 ? [{ title: 'its last output', lines }] : undefined,
  });
};

interface ExecInspect {
  readonly Running: boolean;
  readonly ExitCode: number | null;
  readonly ProcessConfig: { readonly entrypoint: string; readonly arguments: readonly string[] | null };
}

async function findHook(step: Parameters<typeof execHook>[0], scope: StepScope) {
  const { host, signal } = scope;
  const wanted = step.command.join('\0');
  const ids = (await inspectContainer(host, step.container, signal))?.ExecIDs ?? [];
  for (const id of ids) {
    let state = await host.get<ExecInspect>(`/exec/${id}/json`, undefined, { signal });
    const { entrypoint, arguments: argv } = state.ProcessConfig;
    if ([entrypoint, ...(argv ?? [])].join('\0') !== wanted) continue;
    while (state.Running) {
      await sleep(500, undefined, { signal });
      state = await host.get<ExecInspect>(`/exec/${id}/json`, undefined, { signal });
    }
    if (state.ExitCode !== null) return { exitCode: state.ExitCode, stdout: '', stderr: '' };
  }
  throw stepFailure('hook/outcome-unknown', 'nobody knows how a hook ended', {
    detail: `${step.command.join(' ')} in ${step.container}`,
    why: 'the connection broke while it ran, and the engine no longer knows it',
    fix: 'see in the container whether it did its work, then apply --resume, or roll back',
  });
}

function lastLines(text: string, count = 20): readonly string[] {
  return text.split('\n').filter(Boolean).slice(-count);
}
