import type { Plan } from '../../model/plan.ts';
import type { Step } from '../../model/step.ts';

/** How long a workload serves nobody while it is exchanged. */
export interface Downtime {
  readonly workload: string;
  /** When every container stops and starts as quickly as containers mostly do. */
  readonly aboutSeconds: number;
  /** When each uses up the time that the file gives it to stop and to become ready. */
  readonly mostSeconds: number;
}

/** Workloads that the plan takes down altogether for a while, in its order: from the last stop to the first that is ready. */
export function downtimes(plan: Plan): Downtime[] {
  const down = plan.guarantees.filter((g) => g.type === 'downtime');
  return down.flatMap(({ subject }) => {
    const stops = plan.steps.filter((s) => s.workload === subject && s.kind === 'container.stop');
    const gaps = stops.flatMap((stop) => gapAfter(stop, plan.steps) ?? []);
    if (gaps.length === 0) return [];
    const aboutSeconds = Math.ceil(Math.max(...gaps.map((g) => g.about)));
    return [{ workload: subject, aboutSeconds, mostSeconds: Math.ceil(Math.max(...gaps.map((g) => g.most))) }];
  });
}

/** `db about 3 s (at most 1 min 10 s)`; empty when everything stays up. */
export function downtimeText(plan: Plan): string {
  return downtimes(plan)
    .map((d) => `${d.workload} about ${duration(d.aboutSeconds)} (at most ${duration(d.mostSeconds)})`)
    .join(', ');
}

function duration(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

interface Gap {
  readonly about: number;
  readonly most: number;
}

/** The longest way from a stop to the first wait for a replica of its workload; undefined when none comes after it. */
function gapAfter(stop: Step, steps: readonly Step[]): Gap | undefined {
  const since = new Map<number, Gap>([[stop.id, costOf(stop)]]);
  for (const step of steps) {
    const before = step.after.flatMap((id) => since.get(id) ?? []);
    if (before.length === 0) continue;
    const cost = costOf(step);
    const about = Math.max(...before.map((g) => g.about)) + cost.about;
    const most = Math.max(...before.map((g) => g.most)) + cost.most;
    if (step.kind === 'health.wait' && step.workload === stop.workload) return { about, most };
    since.set(step.id, { about, most });
  }
  return undefined;
}

/** Seconds; what has no limit of its own counts as quick. */
function costOf(step: Step): Gap {
  switch (step.kind) {
    case 'container.stop':
      return { about: Math.min(1, step.graceSeconds), most: step.graceSeconds };
    case 'container.create':
    case 'container.start':
      return { about: 0.5, most: 1 };
    case 'health.wait':
      return { about: quickest(step), most: Math.max(step.timeoutSeconds, quickest(step)) };
    case 'rollout.delay':
      return { about: step.milliseconds / 1000, most: step.milliseconds / 1000 };
    default:
      return { about: 0, most: 0 };
  }
}

function quickest({ until }: Step<'health.wait'>): number {
  switch (until.type) {
    case 'running':
      return until.stableSeconds;
    case 'completed':
      return 1;
    default:
      return until.stableSeconds + 1;
  }
}
