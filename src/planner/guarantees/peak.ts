import type { HostPeak } from '../../model/placement.ts';
import type { Guarantee } from '../../model/plan.ts';
import type { Step } from '../../model/step.ts';
import type { Build } from '../steps/context.ts';

/** The most that is reserved on each host the steps change containers on, at any moment of the plan. */
export function peakMemory(peaks: readonly HostPeak[], steps: readonly Step[], { hosts }: Build): Guarantee[] {
  const touched = new Set(steps.filter((s) => s.kind === 'container.start').map((s) => s.host));
  return peaks.flatMap(({ host, peak }): Guarantee[] => {
    const live = hosts.get(host);
    const value = peak.memoryBytes ?? 0;
    if (live === undefined || value === 0 || !touched.has(host)) return [];
    const of = live.entry.capacity?.memoryBytes ?? live.engine.memoryBytes;
    const text = `peak memory reserved on ${host}: ${Math.ceil((100 * value) / of)} %`;
    return [{ type: 'peak-memory', subject: host, text, value, of }];
  });
}
