import type { Container, DesiredState, Workload } from '../../model/desired.ts';
import type { LiveContainer } from '../../model/live.ts';
import type { ReadyCondition } from '../../model/step.ts';

/** Without any check a replica counts once it has run this long without a restart. */
const RUNNING_SECONDS = 1;
/** The least time for one that nobody waits for: it is looked at when all of its host is started. */
const LATE_RUNNING_SECONDS = 0.1;
/** The same for one that takes the place of another, as long as Swarm watches an updated task. */
const REPLACED_RUNNING_SECONDS = 5;
const DEFAULT_TIMEOUT_SECONDS = 60;
const JOB_TIMEOUT_SECONDS = 3600;

/** True when the workload's replicas end by themselves and that is their success. */
export function runsToCompletion(workload: Workload, desired: DesiredState): boolean {
  if (workload.kind === 'job') return true;
  return desired.workloads.some((w) =>
    w.dependsOn.some((d) => d.workload === workload.id && d.condition === 'completed'),
  );
}

/**
 * True when a replica that ended with exit code 0 is done rather than stopped: a job, or a workload that nothing
 * restarts and that serves nobody (no port, no check, its image's included, nobody waits for it to be up).
 */
export function mayFinish(
  workload: Workload,
  desired: DesiredState,
  live: readonly { readonly containers: readonly Pick<LiveContainer, 'health'>[] }[] = [],
): boolean {
  if (runsToCompletion(workload, desired)) return true;
  if (live.some(({ containers }) => containers.some(({ health }) => health !== 'none'))) return false;
  const { restart, containers } = workload.template;
  if (restart.condition === 'always' || restart.condition === 'unless-stopped') return false;
  const serves = desired.endpoints.some((e) => e.workloads.includes(workload.id) && e.ports.length > 0);
  const isChecked = containers.some((c) => c.health?.test !== undefined || c.probes.readiness !== undefined);
  const isNeeded = desired.workloads.some((w) => w.dependsOn.some((d) => d.workload === workload.id));
  return !serves && !isChecked && !isNeeded;
}

/**
 * What makes one container of a replica count, and how long to wait for it. One that takes the place of another
 * (`isUpdate`) is also watched for the monitor time.
 */
export function readiness(
  container: Container,
  workload: Workload,
  desired: DesiredState,
  isUpdate: boolean,
): { readonly until: ReadyCondition; readonly timeoutSeconds: number } {
  if (runsToCompletion(workload, desired)) {
    return { until: { type: 'completed' }, timeoutSeconds: workload.job?.deadlineSeconds ?? JOB_TIMEOUT_SECONDS };
  }
  const { minReadySeconds, monitorMs } = workload.rollout;
  const stableSeconds = isUpdate ? Math.max(minReadySeconds, monitorMs / 1000) : minReadySeconds;
  const { readiness: probe, startup } = container.probes;
  if (probe !== undefined) {
    const slowest =
      probe.initialDelaySeconds +
      (probe.periodSeconds + probe.timeoutSeconds) * (probe.failureThreshold + probe.successThreshold);
    const started =
      startup === undefined ? 0 : startup.initialDelaySeconds + startup.periodSeconds * startup.failureThreshold;
    return {
      until: { type: 'probe', probe, stableSeconds, ...(startup === undefined ? {} : { startup }) },
      timeoutSeconds: deadline(workload, slowest + started, stableSeconds),
    };
  }
  if (container.health?.test !== undefined && container.health.test[0] !== 'NONE') {
    const { intervalMs = 30_000, timeoutMs = 30_000, startPeriodMs = 0, retries = 3 } = container.health;
    const slowest = (startPeriodMs + (intervalMs + timeoutMs) * (retries || 3)) / 1000;
    return { until: { type: 'healthy', stableSeconds }, timeoutSeconds: deadline(workload, slowest, stableSeconds) };
  }
  const isLate = !isUpdate && stableSeconds === 0 && !isWaitedFor(workload, desired);
  const unchecked = isUpdate ? REPLACED_RUNNING_SECONDS : isLate ? LATE_RUNNING_SECONDS : RUNNING_SECONDS;
  const running = stableSeconds || unchecked;
  return {
    until: {
      type: 'running',
      stableSeconds: running,
      checkedStableSeconds: stableSeconds,
      ...(isLate ? { isLate } : {}),
    },
    timeoutSeconds: deadline(workload, DEFAULT_TIMEOUT_SECONDS, Math.ceil(running)),
  };
}

/** By other workloads, by those who call it, or by the next of its own replicas. */
function isWaitedFor({ id, kind }: Workload, desired: DesiredState): boolean {
  if (kind === 'stateful') return true;
  const isPublished = desired.endpoints.some((e) => e.workloads.includes(id) && e.ports.some((p) => p.publish));
  return isPublished || desired.workloads.some((w) => w.dependsOn.some((d) => d.workload === id));
}

function deadline(workload: Workload, slowest: number, stableSeconds: number): number {
  return Math.ceil(
    workload.rollout.progressDeadlineSeconds ?? Math.max(slowest, DEFAULT_TIMEOUT_SECONDS) + stableSeconds,
  );
}
