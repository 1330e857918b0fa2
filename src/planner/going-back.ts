import type { DesiredState, RolloutPolicy, Workload } from '../model/desired.ts';

/**
 * The stack with the policies by which it goes back: `rollback_config` where the file has one, else the release's own.
 * A canary has nothing to try out on the way back, and must not wait for anybody: its set is switched at once.
 */
export function withUndoPolicies(desired: DesiredState): DesiredState {
  return { ...desired, workloads: desired.workloads.map((w) => ({ ...w, rollout: undoPolicy(w) })) };
}

function undoPolicy({ rollout, rollback }: Workload): RolloutPolicy {
  const { keepOldSeconds: _keep, canary: _steps, ...policy } = rollback ?? rollout;
  return policy.strategy === 'canary' ? { ...policy, strategy: 'blue-green' } : policy;
}
