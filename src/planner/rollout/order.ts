import type { Workload } from '../../model/desired.ts';
import type { SpecContext } from '../specs/context.ts';
import { specPorts } from '../specs/network.ts';

export interface OrderChoice {
  readonly order: 'start-first' | 'stop-first';
  /** For the reviewer: why this order. */
  readonly reason: string;
}

/**
 * Start-first where nothing forbids it: a fixed host port or a static address cannot be held twice, and two
 * generations must not write to one volume of a single replica.
 */
export function chooseOrder(workload: Workload, context: SpecContext): OrderChoice {
  const { rollout, template } = workload;
  const fixed = specPorts(workload, context).find((p) => p.hostPort !== 0 && p.hostPortEnd === undefined);
  if (fixed !== undefined) return { order: 'stop-first', reason: `host port ${fixed.hostPort} cannot be held twice` };
  if (
    template.network.mode === 'networks' &&
    template.network.attachments.some((a) => a.ipv4Address ?? a.ipv6Address)
  ) {
    return { order: 'stop-first', reason: 'its fixed address cannot be held twice' };
  }
  if (template.network.mode === 'host') return { order: 'stop-first', reason: 'the host network has its ports once' };
  if (rollout.order !== undefined) return { order: rollout.order, reason: 'as the file says' };
  if (workload.kind === 'stateful') return { order: 'stop-first', reason: 'a stateful replica is unique' };
  if (workload.kind === 'daemon') return { order: 'stop-first', reason: 'one per host' };
  const writes = template.containers.flatMap((c) => c.mounts).find((m) => !m.readOnly && m.source.type === 'volume');
  if (workload.replicas === 1 && writes?.source.type === 'volume') {
    return { order: 'stop-first', reason: `its volume ${writes.source.volume} has one writer` };
  }
  return { order: 'start-first', reason: 'nothing forbids it' };
}
