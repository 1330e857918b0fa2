import type { Guarantee } from '../../model/plan.ts';
import type { Step } from '../../model/step.ts';
import type { Build, WorkloadBuild } from '../steps/context.ts';
import { downtime, minimumReady } from './min-ready.ts';
import { exchangeOrder } from './order.ts';

/** What the steps promise, computed from the steps alone. */
export function guaranteesOf(parts: readonly WorkloadBuild[], steps: readonly Step[], build: Build): Guarantee[] {
  return parts
    .filter((part) => part.workload.hook === undefined)
    .flatMap((part) => {
      const ready = minimumReady(part, steps);
      const all = [exchangeOrder(part, build), ready, downtime(part, ready, build)];
      return all.filter((guarantee) => guarantee !== undefined);
    });
}
