import type { Guarantee } from '../../model/plan.ts';
import type { Step } from '../../model/step.ts';
import { isRunning, type LiveReplica } from '../live-replicas.ts';
import { toleratedFailures } from '../rollout/failures.ts';
import { chooseOrder } from '../rollout/order.ts';
import type { Build, WorkloadBuild } from '../steps/context.ts';
import { isExchanged } from '../steps/workload.ts';
import { largestClosure } from './closure.ts';

/**
 * The lowest number of ready replicas in any state the steps can be in, whatever the order in which they run, and with
 * as many new ones failing as the policy bears.
 *
 * @returns undefined when nothing of the workload serves now
 */
export function minimumReady(part: WorkloadBuild, steps: readonly Step[]): Guarantee | undefined {
  const running = servingNow(part);
  if (running.length === 0) return undefined;
  const of = part.replicas.length;
  const failing = toleratedFailures(part.workload, part.replicas.filter(isExchanged));
  const least = running.length - deepestDip(part, running, steps) - failing;
  const value = Math.max(0, Math.min(least, of, running.length));
  return {
    type: 'min-ready',
    subject: part.workload.id,
    text: `${part.workload.id} never below ${value} of ${of} ready`,
    value,
    of,
  };
}

/** A workload that stops altogether for a while, and why that cannot be otherwise. */
export function downtime(part: WorkloadBuild, ready: Guarantee | undefined, build: Build): Guarantee | undefined {
  if (ready?.value !== 0 || part.replicas.length === 0) return undefined;
  const { reason } = chooseOrder(part.workload, build.specs);
  const text = `${part.workload.id} is down while it is exchanged: stop-first, ${reason}`;
  return { type: 'downtime', subject: part.workload.id, text, value: part.replicas.length };
}

function servingNow(part: WorkloadBuild): LiveReplica[] {
  const serving = part.replicas.flatMap(({ decision }) => [
    ...(decision.current ? [decision.current] : []),
    ...decision.old,
  ]);
  return [...serving, ...part.surplus].filter(isRunning);
}

/** How many more replicas can be gone than have come, at the worst moment. */
function deepestDip(part: WorkloadBuild, running: readonly LiveReplica[], steps: readonly Step[]): number {
  const { id } = part.workload;
  const mine = steps.filter((s) => s.workload === id);
  const { joined, ready } = withReadyPoints(steps, mine);
  const weights = new Map<number, number>(ready.map((point) => [point, -1]));
  for (const step of firstOutOfService(mine, running)) weights.set(step, 1);
  return largestClosure(joined, weights);
}

/** For each running replica the step with which it serves no more: nobody finds it any more, or its container stops. */
function firstOutOfService(mine: readonly Step[], running: readonly LiveReplica[]): number[] {
  return running.flatMap((replica) => {
    const names = new Set(replica.containers.map((c) => c.name));
    const leaves = mine.find(
      (s) =>
        s.host === replica.host &&
        ((s.kind === 'gateway.drain' && s.servers.some((server) => names.has(server.container))) ||
          (s.kind === 'names.take' && names.has(s.container)) ||
          (s.kind === 'container.stop' && names.has(s.container) && s.replica.role === 'main')),
    );
    return leaves === undefined ? [] : [leaves.id];
  });
}

/**
 * The steps with one more for each new replica: the moment it counts, which is when all its waits are over. Whatever
 * waited for the last of them waits for that.
 */
function withReadyPoints(steps: readonly Step[], mine: readonly Step[]): { joined: Step[]; ready: number[] } {
  const waits = new Map<string, Step<'health.wait'>[]>();
  for (const step of mine) {
    if (step.kind !== 'health.wait' || step.replica.role !== 'main') continue;
    const key = `${step.replica.ordinal} ${step.replica.pod}`;
    waits.set(key, [...(waits.get(key) ?? []), step]);
  }
  let next = Math.max(0, ...steps.map((s) => s.id));
  const points = [...waits.values()].map((group) => ({ id: ++next, group: group.map((s) => s.id), first: group[0] }));
  const pointOf = new Map(points.flatMap((p) => p.group.map((wait) => [wait, p] as const)));
  const joined = steps.map((step) => {
    const through = [...new Set(step.after.flatMap((id) => pointOf.get(id) ?? []))];
    const complete = through.filter((p) => p.group.every((wait) => step.after.includes(wait)));
    return complete.length === 0 ? step : ({ ...step, after: [...step.after, ...complete.map((p) => p.id)] } as Step);
  });
  const added = points.map((p) => ({ ...(p.first as Step), id: p.id, after: p.group }) as Step);
  return { joined: [...joined, ...added], ready: points.map((p) => p.id) };
}
