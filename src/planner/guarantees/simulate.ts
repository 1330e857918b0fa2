import type { Step } from '../../model/step.ts';
import { isRunning } from '../live-replicas.ts';
import type { WorkloadBuild } from '../steps/context.ts';

/**
 * Runs the steps one at a time in the worst order it can find: whatever takes a replica out as soon as it may, whatever
 * makes one count as late as it may. Knows nothing of how a promise is computed, so that it can contradict it.
 *
 * @returns the fewest ready replicas of each workload on the way; workloads none of which run now are left out
 */
export function fewestReady(parts: readonly WorkloadBuild[], steps: readonly Step[]): Map<string, number> {
  const tallies = new Map(parts.map((part) => [part.workload.id, new Tally(part, steps)]));
  for (const step of worstOrder(steps, (s) => tallies.get(s.workload ?? '')?.gain(s) ?? 0)) {
    tallies.get(step.workload ?? '')?.done(step);
  }
  return new Map([...tallies].filter(([, t]) => t.began > 0).map(([id, t]) => [id, t.fewest]));
}

/** Who of one workload is ready. */
class Tally {
  readonly began: number;
  fewest: number;
  #ready: number;
  /** `host container` → the running replica it is part of. */
  readonly #serving = new Map<string, string>();
  readonly #gone = new Set<string>();
  /** New replica → waits it still has. */
  readonly #open = new Map<string, number>();

  constructor(part: WorkloadBuild, steps: readonly Step[]) {
    const live = part.replicas.flatMap(({ decision }) => [
      ...(decision.current ? [decision.current] : []),
      ...decision.old,
    ]);
    const running = [...live, ...part.surplus].filter(isRunning);
    this.began = running.length;
    this.#ready = running.length;
    this.fewest = running.length;
    for (const { host, ordinal, pod, containers } of running)
      for (const c of containers) this.#serving.set(`${host} ${c.name}`, `${host} ${ordinal} ${pod}`);
    for (const step of steps) {
      if (step.workload !== part.workload.id || !isReadyWait(step)) continue;
      this.#open.set(newReplica(step), (this.#open.get(newReplica(step)) ?? 0) + 1);
    }
  }

  /** −1 for a step that takes a replica out, 1 for one that makes one count, 0 for all others. */
  gain(step: Step): -1 | 0 | 1 {
    if (isReadyWait(step)) return 1;
    return this.#leaving(step).length > 0 ? -1 : 0;
  }

  done(step: Step): void {
    if (isReadyWait(step)) {
      const left = (this.#open.get(newReplica(step)) ?? 1) - 1;
      this.#open.set(newReplica(step), left);
      if (left === 0) this.#ready += 1;
    }
    for (const replica of this.#leaving(step)) {
      this.#gone.add(replica);
      this.#ready -= 1;
    }
    this.fewest = Math.min(this.fewest, this.#ready);
  }

  #leaving(step: Step): string[] {
    const names =
      step.kind === 'gateway.drain'
        ? step.servers.map((s) => s.container)
        : step.kind === 'names.take' || (step.kind === 'container.stop' && step.replica.role === 'main')
          ? [step.container]
          : [];
    const replicas = names.flatMap((name) => this.#serving.get(`${step.host} ${name}`) ?? []);
    return [...new Set(replicas)].filter((replica) => !this.#gone.has(replica));
  }
}

function isReadyWait(step: Step): step is Step<'health.wait'> {
  return step.kind === 'health.wait' && step.replica.role === 'main';
}

function newReplica({ replica }: Step<'health.wait'>): string {
  return `${replica.ordinal} ${replica.pod}`;
}

/** All steps, each after those it waits for; of the possible ones those of the least gain first. */
function worstOrder(steps: readonly Step[], gain: (step: Step) => -1 | 0 | 1): Step[] {
  const missing = new Map(steps.map((s) => [s.id, s.after.length]));
  const dependents = new Map<number, Step[]>(steps.map((s) => [s.id, []]));
  for (const step of steps) for (const id of step.after) dependents.get(id)?.push(step);
  const possible = { '-1': [] as Step[], '0': [] as Step[], '1': [] as Step[] };
  const put = (step: Step) => possible[gain(step)].push(step);
  for (const step of steps) if (step.after.length === 0) put(step);
  const order: Step[] = [];
  for (;;) {
    const step = possible[-1].pop() ?? possible[0].pop() ?? possible[1].pop();
    if (step === undefined) return order;
    order.push(step);
    for (const next of dependents.get(step.id) ?? []) {
      const left = (missing.get(next.id) ?? 1) - 1;
      missing.set(next.id, left);
      if (left === 0) put(next);
    }
  }
}
