import type { Workload } from '../../model/desired.ts';
import type { DecidedReplica } from '../steps/context.ts';
import { isEviction } from './eviction.ts';

/**
 * How many exchanged replicas may fail before the rollout stops: all where a failure is no reason to, else the share
 * the policy bears, as Swarm counts it. None where replicas only change their host.
 *
 * @param exchanged replicas the rollout makes anew
 */
export function toleratedFailures({ rollout }: Workload, exchanged: readonly DecidedReplica[]): number {
  if (isEviction(exchanged)) return 0;
  if (rollout.failureAction === 'continue') return exchanged.length;
  return Math.min(exchanged.length, Math.floor(rollout.maxFailureRatio * exchanged.length + 1e-9));
}
