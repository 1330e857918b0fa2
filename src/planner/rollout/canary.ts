import type { CanaryStep } from '../../model/desired.ts';
import { isRunning, type LiveReplica } from '../live-replicas.ts';
import type { DecidedReplica } from '../steps/context.ts';
import type { Started } from '../steps/replica.ts';
import { causeOf } from './cause.ts';
import { emitChecks } from './checks.ts';
import { delayed, type Exchange, giveNames, start } from './exchange.ts';
import { finishSwitch, setsByHost, share } from './switch-over.ts';

const DEFAULT_STEPS: readonly CanaryStep[] = [{ weightPercent: 10 }, { pause: 'until-promoted' }];

export interface CanaryPosition {
  /** Digest of what is rolled out, for the note of a pause. */
  readonly release: string;
  /** Steps that are behind it. */
  readonly passed: number;
}

/**
 * A part of the new set gets a part of the requests, step by step, with pauses and checks between; at the end all do.
 * Each host's gateway splits what it gets, so a share needs a replica of the new set on every host that serves.
 *
 * @param position where an earlier run paused; its replicas of the new set are kept
 */
export function emitCanary(x: Exchange, position: CanaryPosition): Started {
  const steps = x.part.workload.rollout.canary ?? DEFAULT_STEPS;
  const canary = new Canary(x, position);
  steps.forEach((step, index) => {
    if (index >= position.passed) canary.take(step, index, steps.length);
  });
  return canary.finish();
}

class Canary {
  readonly #x: Exchange;
  readonly #position: CanaryPosition;
  readonly #up: DecidedReplica[];
  readonly #started: number[] = [];
  #gate: readonly number[] = [];

  constructor(x: Exchange, position: CanaryPosition) {
    this.#x = x;
    this.#position = position;
    this.#up = x.replicas.filter(({ decision }) => decision.action === 'keep');
  }

  take(step: CanaryStep, index: number, count: number): void {
    const { build, part } = this.#x;
    const host = part.replicas[0]?.replica.host ?? '';
    if ('weightPercent' in step) this.#weigh(step.weightPercent);
    else if ('replicas' in step) this.#grow(step.replicas);
    else if ('check' in step) this.#gate = emitChecks(this.#x, [step.check], host, this.#gate);
    else if ('pauseSeconds' in step)
      this.#gate = delayed(this.#x, step.pauseSeconds * 1000, `canary step ${index + 1} of ${count}`, this.#gate);
    else {
      const reason = `canary step ${index + 1} of ${count} waits to be promoted`;
      const progress = { workload: part.workload.id, release: this.#position.release, passed: index + 1, reason };
      const head = { host, cause: reason, workload: part.workload.id, after: this.#gate };
      this.#gate = [build.graph.add('rollout.pause', head, { workload: part.workload.id, reason, progress })];
    }
  }

  finish(): Started {
    const { replicas } = this.#x;
    this.#bring(replicas.length);
    const old = replicas.flatMap(({ decision }) => decision.old.map((live) => ({ live, cause: causeOf(decision) })));
    return { started: this.#started, ready: finishSwitch(this.#x, replicas, old, this.#gate) };
  }

  #weigh(percent: number): void {
    const { replicas } = this.#x;
    this.#bring(Math.ceil((replicas.length * percent) / 100), true);
    this.#gate = share(this.#x, this.#sets(), percent, `${percent} % to the new set`, this.#gate);
  }

  /** Each replica of the new set gets as much as one of the old. */
  #grow(count: number): void {
    this.#bring(count);
    const all = this.#up.length + this.#olds().length;
    const percent = all === 0 ? 100 : (this.#up.length * 100) / all;
    this.#gate = share(this.#x, this.#sets(), percent, `${this.#up.length} replicas of the new set`, this.#gate);
  }

  /** Starts replicas of the new set until there are `count`, and one on every host that serves when `everywhere`. */
  #bring(count: number, everywhere = false): void {
    const covered = new Set(this.#up.map((d) => d.replica.host));
    const first = this.#waiting().filter(({ replica }) => {
      const isFirst = everywhere && !covered.has(replica.host);
      covered.add(replica.host);
      return isFirst;
    });
    const chosen = [...first, ...this.#waiting().filter((d) => !first.includes(d))].slice(
      0,
      Math.max(first.length, count - this.#up.length),
    );
    const emitted = chosen.map((decided) => start(this.#x, decided, this.#gate));
    this.#started.push(...emitted.flatMap((e) => [...e.started]));
    if (chosen.length > 0)
      this.#gate = emitted.flatMap((e, i) => [...giveNames(this.#x, chosen[i] as DecidedReplica, e.ready)]);
    this.#up.push(...chosen);
  }

  #waiting(): DecidedReplica[] {
    return this.#x.replicas.filter((d) => !this.#up.includes(d));
  }

  #olds(): LiveReplica[] {
    return this.#x.replicas.flatMap(({ decision }) => decision.old.filter(isRunning));
  }

  #sets() {
    return setsByHost(this.#up, this.#olds());
  }
}
