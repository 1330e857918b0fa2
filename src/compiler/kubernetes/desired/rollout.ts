import type { IntOrPercent, RolloutPolicy } from '../../../model/desired.ts';
import type { DaemonSet, Deployment, IntOrString, StatefulSet } from '../api.ts';
import { present } from './ids.ts';

/**
 * A Kubernetes rollout that makes no progress stops where it is and leaves the old pods running; nothing is rolled back
 * by itself.
 */
const BASE = {
  delayMs: 0,
  minReadySeconds: 0,
  monitorMs: 0,
  maxFailureRatio: 0,
  failureAction: 'pause',
  checks: [],
} as const;

export function shareOf(value: IntOrString | undefined): IntOrPercent | undefined {
  return value as IntOrPercent | undefined;
}

export function deploymentRollout(spec: NonNullable<Deployment['spec']>): RolloutPolicy {
  const rolling = spec.strategy?.rollingUpdate;
  return {
    ...BASE,
    strategy: spec.strategy?.type === 'Recreate' ? 'recreate' : 'rolling',
    minReadySeconds: spec.minReadySeconds ?? 0,
    ...present({
      maxSurge: shareOf(rolling?.maxSurge),
      maxUnavailable: shareOf(rolling?.maxUnavailable),
      progressDeadlineSeconds: spec.progressDeadlineSeconds,
    }),
  };
}

/** For kinds without a strategy of their own: like a Deployment that says nothing. */
export function usualRollout(minReadySeconds = 0): RolloutPolicy {
  return { ...BASE, strategy: 'rolling', minReadySeconds, maxSurge: '25%', maxUnavailable: '25%' };
}

/** Replicas keep their name and volumes, so the old one goes before the new one comes. */
export function statefulRollout(spec: NonNullable<StatefulSet['spec']>): RolloutPolicy {
  const rolling = spec.updateStrategy?.rollingUpdate;
  return {
    ...BASE,
    strategy: 'rolling',
    order: 'stop-first',
    minReadySeconds: spec.minReadySeconds ?? 0,
    maxSurge: 0,
    maxUnavailable: shareOf(rolling?.maxUnavailable) ?? 1,
  };
}

export function daemonRollout(spec: NonNullable<DaemonSet['spec']>): RolloutPolicy {
  const rolling = spec.updateStrategy?.rollingUpdate;
  return {
    ...BASE,
    strategy: 'rolling',
    minReadySeconds: spec.minReadySeconds ?? 0,
    maxSurge: shareOf(rolling?.maxSurge) ?? 0,
    maxUnavailable: shareOf(rolling?.maxUnavailable) ?? 1,
  };
}

/** A job has nothing to roll out: it is started, or started anew. */
export function jobRollout(): RolloutPolicy {
  return { ...BASE, strategy: 'recreate' };
}
