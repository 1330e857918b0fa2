import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerV1,
  LimitRange,
  PersistentVolumeClaim,
  Quantities,
  ResourceQuota,
  ScalingRules,
  Secret,
  StorageClass,
} from '../api.ts';
import { roundResources } from './resources.ts';
import { defaultClaimSpec } from './volumes.ts';

/** `stringData` goes into `data` in base64 and wins over it. */
export function defaultSecret(secret: Secret): void {
  secret.type ??= 'Opaque';
  for (const [key, text] of Object.entries(secret.stringData ?? {})) {
    secret.data ??= {};
    secret.data[key] = Buffer.from(text ?? '', 'utf8').toString('base64');
  }
  delete secret.stringData;
}

export function defaultPersistentVolumeClaim(claim: PersistentVolumeClaim): void {
  claim.spec ??= {};
  defaultClaimSpec(claim.spec);
}

export function defaultStorageClass(storage: StorageClass): void {
  storage.reclaimPolicy ??= 'Delete';
  storage.volumeBindingMode ??= 'Immediate';
}

export function defaultResourceQuota(quota: ResourceQuota): void {
  roundResources(quota.spec?.hard);
}

/** For containers: max is the default limit, that the default request, and min the last resort for it. */
export function defaultLimitRange(range: LimitRange): void {
  for (const item of range.spec?.limits ?? []) {
    if (item.type === 'Container') {
      item.default = merge(item.default, item.max);
      item.defaultRequest = merge(merge(item.defaultRequest, item.default), item.min);
    }
    for (const list of [item.default, item.defaultRequest, item.max, item.min, item.maxLimitRequestRatio]) {
      roundResources(list);
    }
  }
}

function merge(first: Quantities | undefined, second: Quantities | undefined): Quantities {
  return { ...second, ...first };
}

const CPU_PERCENT = 80;

export function defaultAutoscalerV1(scaler: HorizontalPodAutoscalerV1): void {
  scaler.spec ??= {};
  scaler.spec.minReplicas ??= 1;
  const hasMetrics = scaler.metadata?.annotations?.['autoscaling.alpha.kubernetes.io/metrics'] !== undefined;
  if (!hasMetrics) scaler.spec.targetCPUUtilizationPercentage ??= CPU_PERCENT;
}

/** The first beta names its targets in other fields. */
export function defaultAutoscalerBeta(scaler: { spec?: { minReplicas?: number; metrics?: object[] } }): void {
  scaler.spec ??= {};
  scaler.spec.minReplicas ??= 1;
  if ((scaler.spec.metrics ?? []).length === 0) {
    scaler.spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', targetAverageUtilization: CPU_PERCENT } }];
  }
}

export function defaultAutoscaler(scaler: HorizontalPodAutoscaler): void {
  scaler.spec ??= {};
  const spec = scaler.spec;
  spec.minReplicas ??= 1;
  if ((spec.metrics ?? []).length === 0) {
    spec.metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_PERCENT } } },
    ];
  }
  if (!spec.behavior) return;
  spec.behavior.scaleUp = scalingRules(spec.behavior.scaleUp, 0, [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ]);
  spec.behavior.scaleDown = scalingRules(spec.behavior.scaleDown, undefined, [
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ]);
}

function scalingRules(
  rules: ScalingRules | undefined,
  stabilizationWindowSeconds: number | undefined,
  policies: NonNullable<ScalingRules['policies']>,
): ScalingRules {
  return {
    ...(stabilizationWindowSeconds !== undefined && { stabilizationWindowSeconds }),
    selectPolicy: 'Max',
    ...rules,
    policies: rules?.policies ?? policies,
  };
}
