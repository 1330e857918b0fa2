import type { Guarantee } from '../../model/plan.ts';
import { toleratedFailures } from '../rollout/failures.ts';
import { chooseOrder } from '../rollout/order.ts';
import { type Build, makesContainers, type WorkloadBuild } from '../steps/context.ts';

/** In which order replicas are exchanged, and why. Only where some are. */
export function exchangeOrder(part: WorkloadBuild, build: Build): Guarantee | undefined {
  const exchanged = part.replicas.filter((d) => makesContainers(d) && d.decision.old.length > 0);
  if (exchanged.length === 0) return undefined;
  const { strategy } = part.workload.rollout;
  const failing = toleratedFailures(part.workload, exchanged);
  const { order, reason } = chooseOrder(part.workload, build.specs);
  const name = strategy === 'rolling' ? '' : `${strategy}, `;
  return {
    type: 'order',
    subject: part.workload.id,
    text: `${part.workload.id}: ${name}${order}, ${reason}${borne(failing, exchanged.length)}`,
    value: exchanged.length,
    of: part.replicas.length,
  };
}

function borne(failing: number, exchanged: number): string {
  return failing === 0 ? '' : `; goes on while no more than ${failing} of ${exchanged} fail`;
}
