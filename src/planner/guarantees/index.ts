import type { Guarantee } from '../../model/plan.ts';
import type { Step } from '../../model/step.ts';
import type { Build, WorkloadBuild } from '../steps/context.ts';
import { minimumReady } from './min-ready.ts';

/** What the steps promise, computed from the steps alone. */
export function guaranteesOf(parts: readonly WorkloadBuild[], steps: readonly Step[], _build: Build): Guarantee[] {
  return parts.flatMap((part) => minimumReady(part, steps) ?? []);
}
