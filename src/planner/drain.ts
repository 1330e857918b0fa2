import type { DesiredState } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Stuck } from './placement/drain.ts';
import { evictionRefusal } from './rollout/eviction.ts';
import { chooseOrder } from './rollout/order.ts';
import type { SpecContext } from './specs/context.ts';
import type { Build } from './steps/context.ts';

/** A host that is to be emptied. */
export interface DrainOptions {
  readonly host: string;
  /** Why, for those who see the mark. */
  readonly reason?: string;
  /** The mark is there already. */
  readonly isMarked: boolean;
}

/** The mark comes before any stop: from then on no other plan puts anything there. */
export function emitMark(build: Build, { host, reason, isMarked }: DrainOptions): void {
  if (isMarked) return;
  const cause = reason === undefined ? 'is drained' : `is drained: ${reason}`;
  const inputs = { cordoned: true, drained: true, ...(reason === undefined ? {} : { reason }) };
  build.beforeStops.push(build.graph.add('host.mark', { host, cause }, inputs));
  build.changes.push({ action: 'update', kind: 'host', resource: host, host, differences: [], cause });
}

/** Why no replica of a workload may be moved; undefined when one may. */
export function refusalToMove(id: string, desired: DesiredState, context: SpecContext): string | undefined {
  const workload = desired.workloads.find((w) => w.id === id);
  return workload && evictionRefusal(workload, chooseOrder(workload, context), desired);
}

export function stuckWarning({ workload, ordinal, host, why }: Stuck): Diagnostic {
  return {
    severity: 'warning',
    code: 'drain/stays',
    message: 'a replica cannot leave a drained host, and stays there',
    where: `${workload}.${ordinal} on ${host}`,
    why,
    fix: `make room or loosen its rules; stowage plan --explain ${workload} shows each host's verdict`,
  };
}
