import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutCheck } from '../../../model/desired.ts';
import { LABEL } from '../../../model/labels.ts';
import { rolloutNote } from '../../../model/rollout.ts';
import type { HostReader } from '../../transport/connection.ts';
import { replaceNote } from './container-change.ts';
import { stepFailure } from './failure.ts';
import { adoptedContainers } from './own.ts';
import type { StepRunner, StepScope } from './types.ts';

/** Not a failure: what comes after this step waits until someone promotes the rollout. */
export class RolloutPaused extends Error {
  override readonly name = 'RolloutPaused';
  constructor(
    readonly workload: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** Waits; time spent on a lost connection counts. */
export const delayRollout: StepRunner<'rollout.delay'> = async (step, { signal, elapsedMs }) => {
  const restMs = step.milliseconds - elapsedMs();
  if (restMs > 0) await sleep(restMs, undefined, { signal });
};

/** Ends this branch of the run, and keeps on the host where the rollout stands. */
export const pauseRollout: StepRunner<'rollout.pause'> = async (step, scope) => {
  if (step.progress !== undefined) await replaceNote(scope, rolloutNote(scope.context.stack, step.progress));
  throw new RolloutPaused(step.workload, step.reason);
};

/** Runs a check between two stages of a rollout. */
export const checkRollout: StepRunner<'rollout.check'> = async (step, scope) => {
  const problem = await check(step.check, step.workload, scope);
  if (problem === undefined) return;
  throw stepFailure('rollout/check', 'a rollout check failed', {
    detail: `${step.workload}: ${describe(step.check)}`,
    why: problem,
  });
};

/** What is wrong, or undefined. */
async function check(rule: RolloutCheck, workload: string, scope: StepScope): Promise<string | undefined> {
  const signal = AbortSignal.any([scope.signal, AbortSignal.timeout(rule.timeoutSeconds * 1000)]);
  switch (rule.type) {
    case 'http':
      return checkHttp(rule, signal);
    case 'prometheus':
      return checkPrometheus(rule, signal);
    case 'local':
      return checkLocal(rule.command, signal);
    case 'exec':
      return checkExec(rule, workload, scope, signal);
  }
}

async function checkHttp(
  rule: Extract<RolloutCheck, { type: 'http' }>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const start = performance.now();
  try {
    const answer = await fetch(rule.url, { signal, redirect: 'manual' });
    await answer.arrayBuffer();
    const latencyMs = performance.now() - start;
    if (answer.status !== rule.status) return `it answered ${answer.status}, not ${rule.status}`;
    if (rule.maxLatencyMs !== undefined && latencyMs > rule.maxLatencyMs) {
      return `it took ${Math.round(latencyMs)} ms, more than ${rule.maxLatencyMs} ms`;
    }
    return undefined;
  } catch (error) {
    return words(error);
  }
}

async function checkPrometheus(
  rule: Extract<RolloutCheck, { type: 'prometheus' }>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const url = new URL('/api/v1/query', rule.server);
    url.searchParams.set('query', rule.query);
    const answer = (await (await fetch(url, { signal })).json()) as { status?: string; data?: { result?: unknown[] } };
    if (answer.status !== 'success') return `the server answered ${JSON.stringify(answer).slice(0, 200)}`;
    return (answer.data?.result ?? []).length > 0 ? undefined : 'the query gave no result';
  } catch (error) {
    return words(error);
  }
}

async function checkLocal(command: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  const { execFile } = await import('node:child_process');
  const [file = '', ...argv] = command;
  return new Promise((resolve) => {
    execFile(file, argv, { signal }, (error, _stdout, stderr) =>
      resolve(error === null ? undefined : `${words(error)} ${stderr.slice(-500)}`.trim()),
    );
  });
}

async function checkExec(
  rule: Extract<RolloutCheck, { type: 'exec' }>,
  workload: string,
  { host, context }: StepScope,
  signal: AbortSignal,
): Promise<string | undefined> {
  const container = await runningContainer(host, { stack: context.stack, workload }, signal);
  if (container === undefined) return `no container of ${workload} runs on ${host.name}`;
  const result = await host.exec(container, rule.command, { signal, timeoutMs: rule.timeoutSeconds * 1000 });
  return result.exitCode === 0
    ? undefined
    : `exit code ${result.exitCode}: ${(result.stderr || result.stdout).slice(-500)}`;
}

/** Id of a container of the workload that runs on the host, made by us or taken over. */
async function runningContainer(
  host: HostReader,
  { stack, workload }: { readonly stack: string; readonly workload: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const wanted = { [LABEL.stack]: stack, [LABEL.workload]: workload, [LABEL.role]: 'main' };
  const list = async (filters: object) =>
    (
      await host.get<{ Id: string }[]>('/containers/json', { filters: { ...filters, status: ['running'] } }, { signal })
    )[0]?.Id;
  const own = await list({ label: Object.entries(wanted).map(([key, value]) => `${key}=${value}`) });
  if (own !== undefined) return own;
  const id = await adoptedContainers(host, wanted, signal);
  return id.length === 0 ? undefined : await list({ id });
}

function describe(rule: RolloutCheck): string {
  if (rule.type === 'http') return rule.url;
  return rule.type === 'prometheus' ? rule.query : rule.command.join(' ');
}

function words(error: unknown): string {
  return error instanceof Error
    ? [error.message, (error.cause as Error)?.message].filter(Boolean).join(': ')
    : String(error);
}
