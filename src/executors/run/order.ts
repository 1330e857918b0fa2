import type { Step, StepKind } from '../../model/step.ts';

/** Rough seconds a step takes, only to tell long branches from short ones. */
const TYPICAL_SECONDS: { readonly [K in StepKind]?: number } = {
  'image.pull': 20,
  'image.transfer': 20,
  'image.build': 60,
  'volume.copy': 30,
  'volume.restore': 30,
  'bind.sync': 5,
  'swarm.init': 3,
  'swarm.join': 5,
  'container.stop': 5,
  'health.wait': 10,
  'hook.exec': 5,
  'gateway.ensure': 5,
  'gateway.drain': 10,
};

/**
 * How urgent each step is: the length of the longest chain that waits for it, itself included.
 *
 * @throws RangeError when a step waits for itself or for one that is not there: this is a bug of who made the plan
 */
export function urgency(steps: readonly Step[]): ReadonlyMap<number, number> {
  const waiting = dependents(steps);
  const byId = new Map(steps.map((step) => [step.id, step]));
  for (const id of steps.flatMap((step) => step.after)) {
    if (!byId.has(id)) throw new RangeError(`a step waits for step ${id}, which is not in the plan`);
  }
  const result = new Map<number, number>();
  const open = new Set<number>();
  const stack = steps.map((step) => step.id);
  while (stack.length > 0) {
    const id = stack[stack.length - 1] ?? 0;
    const step = byId.get(id);
    if (step === undefined || result.has(id)) {
      stack.pop();
      continue;
    }
    const unknown = (waiting.get(id) ?? []).filter((next) => !result.has(next));
    if (unknown.length > 0) {
      if (open.has(id) && unknown.some((next) => open.has(next))) throw new RangeError(`step ${id} waits for itself`);
      open.add(id);
      stack.push(...unknown);
      continue;
    }
    const longest = Math.max(0, ...(waiting.get(id) ?? []).map((next) => result.get(next) ?? 0));
    result.set(
      id,
      longest + (TYPICAL_SECONDS[step.kind] ?? (step.kind === 'rollout.delay' ? step.milliseconds / 1000 : 1)),
    );
    stack.pop();
  }
  return result;
}

/** Step id → ids of the steps that wait for it. */
export function dependents(steps: readonly Step[]): ReadonlyMap<number, readonly number[]> {
  const waiting = new Map<number, number[]>(steps.map((step) => [step.id, []]));
  for (const step of steps) {
    for (const id of step.after) {
      const list = waiting.get(id) ?? [];
      list.push(step.id);
      waiting.set(id, list);
    }
  }
  return waiting;
}
