import type { ResourceAmounts } from '../../model/desired.ts';
import type { ReplicaDemand, SchedulingHost } from '../../model/placement.ts';
import { amounts } from '../placement/amounts.ts';
import { matchesConstraint } from '../placement/constraints.ts';

/** What is on a host must go: it is down or drained. A paused host keeps what it has, and one in an unknown state too. */
export function mustLeave(availability: SchedulingHost['availability'], isDown: boolean): boolean {
  return isDown || availability === 'drained';
}

/** A host as a global service sees it. */
export interface GlobalHost {
  readonly name: string;
  /** Constraints hold. */
  readonly matches: boolean;
  readonly mustLeave: boolean;
  readonly isPaused: boolean;
}

/**
 * Where a global service is started and where it is stopped: one on every host that matches, none on a host that is
 * gone, down or drained; a paused host keeps what it has and gets nothing.
 *
 * @param running hosts with a replica, one entry each
 * @see swarmkit manager/orchestrator/global, reconcileServices
 */
export function syncGlobal(
  hosts: readonly GlobalHost[],
  running: readonly string[],
): { createOn: string[]; stopOn: string[] } {
  const byName = new Map(hosts.map((host) => [host.name, host]));
  const has = new Set(running);
  const may = (host: GlobalHost | undefined) => host?.matches === true && !host.mustLeave;
  const isDouble = (name: string, i: number) => running.indexOf(name) < i;
  return {
    createOn: hosts.filter((host) => may(host) && !host.isPaused && !has.has(host.name)).map(({ name }) => name),
    stopOn: running.filter((name, i) => !may(byName.get(name)) || isDouble(name, i)),
  };
}

/** A replica on a host, with the constraints its service has now. */
export interface PlacedReplica {
  readonly id: string;
  readonly demand: Pick<ReplicaDemand, 'resources' | 'rules'>;
  /** Generic resources it was given; absent when it was given none. */
  readonly assigned?: ResourceAmounts['generic'];
}

/**
 * Replicas that a host no longer satisfies: constraints, or reservations beyond what it has, in the order given.
 *
 * @see swarmkit manager/orchestrator/constraintenforcer
 */
export function noncompliant(host: SchedulingHost, replicas: readonly PlacedReplica[]): string[] {
  if (host.availability !== 'active') return [];
  const left = amounts(host.capacity);
  const rejected: string[] = [];
  for (const { id, demand, assigned } of replicas) {
    const { cpus = 0, memoryBytes = 0 } = demand.resources;
    const wanted = amounts({ cpus, memoryBytes });
    const generic = Object.entries(assigned ?? {});
    const breaksRule = demand.rules.constraints.some((one) => !matchesConstraint(one, host));
    const isShort = [...wanted, ...generic].some(([name, amount]) => amount > (left.get(name) ?? 0));
    if (breaksRule || isShort) {
      rejected.push(id);
      continue;
    }
    for (const [name, amount] of [...wanted, ...generic]) left.set(name, (left.get(name) ?? 0) - amount);
  }
  return rejected;
}

/** Constraints alone changed and the replica's host satisfies them: it needs no replacement. */
export function isStale(
  changed: { readonly constraints: boolean; readonly other: boolean },
  host: SchedulingHost | undefined,
  rules: ReplicaDemand['rules'],
): boolean {
  if (changed.other) return true;
  if (!changed.constraints) return false;
  return host === undefined || rules.constraints.some((one) => !matchesConstraint(one, host));
}
