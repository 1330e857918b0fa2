import type { Workload } from '../../model/desired.ts';
import type { SpecContext } from '../specs/context.ts';
import { specPorts } from '../specs/network.ts';

export interface OrderChoice {
  readonly order: 'start-first' | 'stop-first';
  /** For the reviewer: why this order. */
  readonly reason: string;
  /** Two generations cannot be up at once, whatever the file says. */
  readonly isForced: boolean;
}

/**
 * Start-first where nothing forbids it: a fixed host port or a static address cannot be held twice, and two
 * generations must not write to one volume of a single replica.
 */
export function chooseOrder(workload: Workload, context: SpecContext): OrderChoice {
  const { rollout, template } = workload;
  const forced = impossible(workload, context);
  if (forced !== undefined) return { order: 'stop-first', reason: forced, isForced: true };
  const choose = (order: OrderChoice['order'], reason: string): OrderChoice => ({ order, reason, isForced: false });
  if (rollout.strategy === 'recreate') return choose('stop-first', 'the strategy is recreate');
  if (rollout.strategy !== 'rolling') return choose('start-first', `the strategy is ${rollout.strategy}`);
  if (rollout.order !== undefined) return choose(rollout.order, 'as the file says');
  if (rollout.maxSurge !== undefined && rollout.maxSurge !== 0 && rollout.maxSurge !== '0%')
    return choose('start-first', `maxSurge is ${rollout.maxSurge}`);
  if (workload.kind === 'stateful') return choose('stop-first', 'a stateful replica is unique');
  if (workload.kind === 'daemon') return choose('stop-first', 'one per host');
  const writes = template.containers.flatMap((c) => c.mounts).find((m) => !m.readOnly && m.source.type === 'volume');
  if (workload.replicas === 1 && writes?.source.type === 'volume') {
    return choose('stop-first', `its volume ${writes.source.volume} has one writer`);
  }
  return choose('start-first', 'nothing forbids it');
}

/** Why two generations cannot be up at once; undefined when they can. */
function impossible(workload: Workload, context: SpecContext): string | undefined {
  const { network } = workload.template;
  const fixed = specPorts(workload, context).find((p) => p.hostPort !== 0 && p.hostPortEnd === undefined);
  if (fixed !== undefined) return `host port ${fixed.hostPort} cannot be held twice`;
  if (network.mode === 'host') return 'the host network has its ports once';
  const hasAddress = network.mode === 'networks' && network.attachments.some((a) => a.ipv4Address ?? a.ipv6Address);
  return hasAddress ? 'its fixed address cannot be held twice' : undefined;
}
