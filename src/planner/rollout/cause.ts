import type { ReplicaDecision } from '../diff/replica.ts';
import { servingContainers } from '../live-replicas.ts';

/** Why something happens to a replica, for the reviewer. */
export function causeOf(decision: ReplicaDecision): string {
  const first = decision.differences.find((d) => d.forcesReplace) ?? decision.differences[0];
  switch (decision.action) {
    case 'create':
      return 'new replica';
    case 'move':
      return `moves from ${decision.old[0]?.host ?? 'another host'}`;
    case 'start':
      return `is ${servingContainers(decision.current)[0]?.state ?? 'stopped'}, should run`;
    case 'keep':
      return 'no change';
    default:
      return first === undefined
        ? 'changed'
        : describe(first.path, first.from, first.to, decision.differences.length - 1);
  }
}

function describe(path: string, from: unknown, to: unknown, more: number): string {
  const short = typeof from === 'string' && typeof to === 'string' && from.length + to.length < 80;
  const what = short
    ? `${path} changed ${from} → ${to}`
    : from === undefined
      ? `${path} added`
      : to === undefined
        ? `${path} removed`
        : `${path} changed`;
  return more > 0 ? `${what} and ${more} more` : what;
}
