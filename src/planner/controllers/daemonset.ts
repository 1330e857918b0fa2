import type { IntOrPercent } from '../../model/desired.ts';
import { scaledValue } from '../../model/kubernetes/int-or-percent.ts';
import type { SchedulingHost, WorkloadDemand } from '../../model/placement.ts';
import { scheduledDemand } from '../placement/daemons.ts';
import { matchesNodeAffinity } from '../placement/filters/node-affinity.ts';
import { untolerated } from '../placement/taints.ts';

/** A pod of a daemon on a node, ours or to be adopted. */
export interface DaemonPod {
  readonly node: string;
  /** False: meant for its node, not yet started there. */
  readonly bound: boolean;
  readonly upToDate: boolean;
  readonly phase: string;
  readonly ready: boolean;
  readonly terminating: boolean;
}

export interface DaemonVerdict {
  /** A pod is started there if there is none. */
  readonly shouldRun: boolean;
  /** One that is there may stay. */
  readonly shouldContinueRunning: boolean;
}

/**
 * Does a daemon belong on a host? Resources and host ports do not matter, nor do cordons; a `NoSchedule` taint only
 * keeps new ones away.
 *
 * @see kubernetes pkg/controller/daemon, nodeShouldRunDaemonPod
 */
export function daemonVerdict(daemon: WorkloadDemand, host: SchedulingHost, onHostNetwork = false): DaemonVerdict {
  const { rules } = scheduledDemand(daemon, onHostNetwork);
  const isNamed = rules.hostName === undefined || rules.hostName === host.name;
  if (!isNamed || !matchesNodeAffinity(rules, host)) return { shouldRun: false, shouldContinueRunning: false };
  const keepsAway = untolerated(host.taints, rules.tolerations, ['NoSchedule', 'NoExecute']);
  const drivesOut = untolerated(host.taints, rules.tolerations, ['NoExecute']);
  return { shouldRun: !keepsAway, shouldContinueRunning: !drivesOut };
}

export interface DaemonSync<Pod> {
  readonly createOn: string[];
  readonly remove: Pod[];
}

/**
 * One pass over a daemon's nodes: starts what is missing, removes what failed, what is double and what does not belong.
 *
 * @param verdict of each node by name; a node that is not in it is gone
 * @param pods    oldest first
 * @see kubernetes pkg/controller/daemon, manage
 */
export function syncDaemon<Pod extends DaemonPod>(
  verdict: ReadonlyMap<string, DaemonVerdict>,
  pods: readonly Pod[],
): DaemonSync<Pod> {
  const sync: DaemonSync<Pod> = { createOn: [], remove: [] };
  for (const [node, { shouldRun, shouldContinueRunning }] of verdict) {
    const here = pods.filter((pod) => pod.node === node);
    const alive = here.filter(({ terminating }) => !terminating);
    if (shouldRun && here.length === 0) sync.createOn.push(node);
    else if (shouldContinueRunning) sync.remove.push(...failedAndDouble(alive));
    else sync.remove.push(...alive);
  }
  sync.remove.push(...pods.filter(({ node, bound, terminating }) => !bound && !terminating && !verdict.has(node)));
  return sync;
}

function failedAndDouble<Pod extends DaemonPod>(alive: readonly Pod[]): Pod[] {
  const failed = alive.filter(({ phase }) => phase === 'Failed');
  const running = alive.filter(({ phase }) => phase !== 'Failed');
  const [, ...double] = [...running.filter(({ bound }) => bound), ...running.filter(({ bound }) => !bound)];
  return [...failed, ...double];
}

/** How many nodes that want the daemon are without an available one, and how many may be. Percentages round up. */
export function daemonAvailability(
  maxUnavailable: IntOrPercent,
  wanting: readonly string[],
  pods: readonly Pick<DaemonPod, 'node' | 'ready' | 'terminating'>[],
): { maxUnavailable: number; numUnavailable: number } {
  const available = new Set(pods.filter(({ ready, terminating }) => ready && !terminating).map(({ node }) => node));
  return {
    maxUnavailable: scaledValue(maxUnavailable, wanting.length, true) ?? 0,
    numUnavailable: wanting.filter((node) => !available.has(node)).length,
  };
}

/** What a rolling update may remove now: all old pods that are not available, and available ones up to the limit. */
export function daemonUpdatePicks<Pod extends DaemonPod>(
  pods: readonly Pod[],
  { maxUnavailable, numUnavailable }: { maxUnavailable: number; numUnavailable: number },
): { unavailable: Pod[]; available: Pod[]; count: number } {
  const old = pods.filter(({ upToDate }) => !upToDate);
  const unavailable = old.filter(({ ready, terminating }) => !ready && !terminating);
  const available = old.filter(({ ready, terminating }) => ready && !terminating);
  const budget = Math.max(0, maxUnavailable - numUnavailable);
  return { unavailable, available, count: unavailable.length + Math.min(budget, available.length) };
}
