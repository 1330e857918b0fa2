import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import type { RunListener, RunOutcome } from '../../model/events.ts';
import { EXIT } from '../../model/exit-codes.ts';
import type { Step } from '../../model/step.ts';
import { RolloutPaused } from '../docker/steps/rollout.ts';
import type { RunContext } from '../docker/steps/types.ts';
import type { HostConnection } from '../transport/connection.ts';
import { attemptStep } from './attempt.ts';
import { stepDiagnostics } from './failure.ts';
import { isMutating, limitsOf, onlyAdds, stepTimeoutMs } from './limits.ts';
import { Links } from './links.ts';
import { SecretMask } from './mask.ts';
import { dependents, urgency } from './order.ts';
import { ReadyQueue } from './ready-queue.ts';
import { borne, Tolerance } from './tolerance.ts';

/** How a run is stopped: `stop` lets running steps finish, `now` ends them too. */
export interface RunSignals {
  readonly stop?: AbortSignal;
  readonly now?: AbortSignal;
}

export interface RunOptions {
  /** Processors of each host, for how much it takes at once. */
  readonly cpus?: ReadonlyMap<string, number>;
  /** How long a lost host may stay away. Default 60 000. */
  readonly reconnectTimeoutMs?: number;
  /** How long a registry or engine may be in trouble. Default 60 000. */
  readonly troubleWindowMs?: number;
}

const DEFAULT_WINDOW_MS = 60_000;

/**
 * Does the steps of a plan: all hosts at once, bounded on each, most urgent first. A failed step lets the others go on,
 * but nothing that waits for it is started; a lost lock or host starts nothing more (there).
 *
 * @returns what became of every step; never throws for a step's failure
 */
export function runSteps(
  steps: readonly Step[],
  connections: ReadonlyMap<string, HostConnection>,
  context: RunContext,
  listener: RunListener,
  signals: RunSignals = {},
  options: RunOptions = {},
): Promise<RunOutcome> {
  return new Run(steps, connections, context, listener, signals, options).run();
}

class Run {
  readonly #byId: ReadonlyMap<number, Step>;
  readonly #dependents: ReadonlyMap<number, readonly number[]>;
  readonly #missing: Map<number, number>;
  readonly #queue: ReadyQueue;
  readonly #links: Links;
  readonly #mask: SecretMask;
  readonly #running = new Map<number, Promise<void>>();
  /** When what a step waits for was done. */
  readonly #readyMs = new Map<number, number>();
  readonly #done: number[] = [];
  readonly #failed: number[] = [];
  readonly #borne: number[] = [];
  readonly #tolerance = new Tolerance();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #paused: NonNullable<RunOutcome['paused']>[number][] = [];
  #halted = false;

  constructor(
    readonly steps: readonly Step[],
    connections: ReadonlyMap<string, HostConnection>,
    readonly context: RunContext,
    readonly listener: RunListener,
    readonly signals: RunSignals,
    readonly options: RunOptions,
  ) {
    this.#byId = new Map(steps.map((step) => [step.id, step]));
    this.#dependents = dependents(steps);
    this.#missing = new Map(steps.map((step) => [step.id, new Set(step.after).size]));
    this.#queue = new ReadyQueue(urgency(steps), (host) => limitsOf(options.cpus?.get(host)));
    this.#mask = new SecretMask(steps, context.payloads);
    this.#links = new Links(connections, options.reconnectTimeoutMs ?? DEFAULT_WINDOW_MS);
  }

  async run(): Promise<RunOutcome> {
    this.listener({ type: 'run.started', steps: this.steps.length, atMs: Date.now() });
    for (const step of this.steps) if (step.after.length === 0) this.#enqueue(step);
    this.#startReady();
    while (this.#running.size > 0) await Promise.race(this.#running.values());
    const outcome = this.#outcome();
    this.listener({ type: 'run.finished', outcome, atMs: Date.now() });
    return outcome;
  }

  #startReady(): void {
    if (this.#halted || this.signals.stop?.aborted || this.signals.now?.aborted) return;
    for (const step of this.#queue.take()) {
      if (this.#links.isLost(step.host)) this.#queue.release(step);
      else this.#running.set(step.id, this.#perform(step));
    }
  }

  async #perform(step: Step): Promise<void> {
    const startedMs = performance.now();
    const timeoutMs = stepTimeoutMs(step);
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = this.signals.now === undefined ? timeout : AbortSignal.any([timeout, this.signals.now]);
    const durationMs = () => Math.round(performance.now() - startedMs);
    this.listener({ type: 'step.started', step, atMs: Date.now() });
    try {
      if (!onlyAdds(step.kind)) await this.context.recorded;
      if (isMutating(step.kind)) await this.context.verifyLock?.();
      await this.#attempt(step, signal);
      this.#done.push(step.id);
      this.listener({ type: 'step.done', step, durationMs: durationMs(), atMs: Date.now() });
      for (const id of this.#dependents.get(step.id) ?? []) this.#arrived(id);
    } catch (error) {
      if (error instanceof RolloutPaused) this.#pause(step, error);
      else {
        const stoppedNow = this.signals.now?.aborted ?? false;
        const circumstances = { steps: this.steps.length, timedOut: timeout.aborted, timeoutMs, stoppedNow };
        const told = await this.#mask.diagnostics(stepDiagnostics(error, step, circumstances));
        if (this.#tolerance.bears(step)) this.#bear(step, borne(told), durationMs());
        else this.#fail(step, error, told, durationMs());
      }
    } finally {
      this.#running.delete(step.id);
      this.#queue.release(step);
      this.#startReady();
    }
  }

  #attempt(step: Step, signal: AbortSignal): Promise<void> {
    let lastText = '';
    const hooks = {
      signal,
      readyMs: this.#readyMs.get(step.id) ?? performance.now(),
      onProgress: (text: string) => {
        if (text !== lastText) this.listener({ type: 'step.progress', step, text, atMs: Date.now() });
        lastText = text;
      },
      onRetry: (reason: string, attempt: number) =>
        this.listener({ type: 'step.retry', step, reason, attempt, atMs: Date.now() }),
      onWarning: (diagnostic: Diagnostic) => this.#diagnostics.push(diagnostic),
    };
    const rest = this.#tolerance.withoutFailed(step);
    if (rest === undefined) return Promise.resolve();
    return attemptStep(rest, this.#links, this.context, hooks, this.options.troubleWindowMs ?? DEFAULT_WINDOW_MS);
  }

  #arrived(id: number): void {
    const missing = (this.#missing.get(id) ?? 0) - 1;
    this.#missing.set(id, missing);
    const step = this.#byId.get(id);
    if (missing === 0 && step !== undefined) this.#enqueue(step);
  }

  #enqueue(step: Step): void {
    this.#readyMs.set(step.id, performance.now());
    this.#queue.add(step);
  }

  #fail(step: Step, error: unknown, diagnostics: readonly Diagnostic[], durationMs: number): void {
    this.#failed.push(step.id);
    this.#diagnostics.push(...diagnostics);
    if (error instanceof DiagnosticError && error.exitCode === EXIT.locked) this.#halted = true;
    const [diagnostic] = diagnostics;
    if (diagnostic === undefined) return;
    this.listener({ type: 'step.failed', step, diagnostic, durationMs, atMs: Date.now() });
  }

  /** The replica failed, and the policy says to go on. */
  #bear(step: Step, diagnostics: readonly Diagnostic[], durationMs: number): void {
    this.#borne.push(step.id);
    this.#diagnostics.push(...diagnostics);
    const [diagnostic] = diagnostics;
    if (diagnostic !== undefined)
      this.listener({ type: 'step.failed', step, diagnostic, durationMs, atMs: Date.now() });
    for (const id of this.#dependents.get(step.id) ?? []) this.#arrived(id);
  }

  #pause(step: Step, { workload, reason }: RolloutPaused): void {
    this.#paused.push({ step: step.id, workload, reason });
    this.listener({ type: 'step.progress', step, text: reason, atMs: Date.now() });
  }

  #whySkipped(step: Step, isInterrupted: boolean): string {
    if (isInterrupted) return 'the run was stopped';
    if (this.#halted) return 'the lock was lost';
    if (this.#links.isLost(step.host)) return 'its host was lost';
    return this.#paused.length > 0 ? 'the rollout is paused' : 'a step it waits for did not succeed';
  }

  #outcome(): RunOutcome {
    const ended = new Set([...this.#done, ...this.#failed, ...this.#borne, ...this.#paused.map((p) => p.step)]);
    const notStarted = this.steps.filter((step) => !ended.has(step.id));
    const stopped = (this.signals.stop?.aborted || this.signals.now?.aborted) ?? false;
    const isInterrupted = stopped && notStarted.length > 0;
    for (const step of notStarted) {
      this.listener({ type: 'step.skipped', step, reason: this.#whySkipped(step, isInterrupted), atMs: Date.now() });
    }
    const isShort = this.#failed.length > 0 || (notStarted.length > 0 && this.#paused.length === 0);
    return {
      status: isInterrupted || this.signals.now?.aborted ? 'interrupted' : isShort ? 'failed' : 'done',
      done: [...this.#done].sort((a, b) => a - b),
      failed: [...this.#failed].sort((a, b) => a - b),
      notStarted: notStarted.map((step) => step.id),
      diagnostics: this.#diagnostics,
      ...(this.#paused.length > 0 ? { paused: this.#paused } : {}),
    };
  }
}
