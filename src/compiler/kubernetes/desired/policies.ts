import type { DisruptionBudget, Workload } from '../../../model/desired.ts';
import { matchesSelector, selectorFromLabelSelector } from '../../../model/kubernetes/selector.ts';
import type { HorizontalPodAutoscaler, LimitRange, PodDisruptionBudget, PodSpec, PodTemplateSpec } from '../api.ts';
import type { LoadedObject } from '../load.ts';
import { FieldPath } from '../path.ts';
import type { Conversion } from './context.ts';
import { present, qualified } from './ids.ts';
import { shareOf } from './rollout.ts';

export function budgetOf(object: LoadedObject, workloads: readonly Workload[], to: Conversion): DisruptionBudget {
  const { spec = {} } = object.value as PodDisruptionBudget;
  const selector =
    selectorFromLabelSelector(spec.selector as Parameters<typeof selectorFromLabelSelector>[0]) ?? 'nothing';
  const id = qualified(object.namespace, object.name);
  to.place('disruptionBudget', id, object);
  return {
    id,
    workloads: workloads
      .filter(({ namespace, template }) => namespace === object.namespace && matchesSelector(selector, template.labels))
      .map((workload) => workload.id),
    ...present({ minAvailable: shareOf(spec.minAvailable), maxUnavailable: shareOf(spec.maxUnavailable) }),
  };
}

/** Nothing scales by itself on plain hosts: the count is the workload's own, kept between the autoscaler's bounds. */
export function scaledReplicas(object: LoadedObject, replicas: number, to: Conversion): number {
  const scaler = to.ofKind('HorizontalPodAutoscaler').find(({ namespace, value }) => {
    const target = (value as HorizontalPodAutoscaler).spec?.scaleTargetRef;
    return namespace === object.namespace && target?.kind === object.info.kind && target.name === object.name;
  });
  if (!scaler) return replicas;
  const { minReplicas = 1, maxReplicas = replicas } = (scaler.value as HorizontalPodAutoscaler).spec ?? {};
  const count = Math.min(Math.max(replicas, minReplicas), maxReplicas);
  to.findings(scaler).notHonoured(FieldPath.root('spec'), 'autoscaler', 'nothing scales by itself on plain hosts', {
    detail: `${object.info.kind} ${object.name} has ${count} replicas`,
    fix: 'scale by the number in the file',
  });
  return count;
}

/** An autoscaler whose workload is not in the files says nothing at all. */
export function reportIdleScalers(to: Conversion): void {
  for (const scaler of to.ofKind('HorizontalPodAutoscaler')) {
    const { kind = '', name = '' } = (scaler.value as HorizontalPodAutoscaler).spec?.scaleTargetRef ?? {};
    if (to.find(kind, scaler.namespace, name)) continue;
    to.findings(scaler).warning(
      'autoscaler',
      'the autoscaler scales nothing',
      FieldPath.root('spec').child('scaleTargetRef'),
      {
        detail: `there is no ${kind} ${name} in the files`,
      },
    );
  }
}

/** Default requests and limits of a namespace's LimitRanges, put into containers that have none. */
export function applyLimitRanges(to: Conversion): void {
  const ranges = to.ofKind('LimitRange');
  if (ranges.length === 0) return;
  for (const object of to.objects) {
    const spec = podSpecOf(object);
    const items = ranges
      .filter(({ namespace }) => namespace === object.namespace)
      .flatMap(({ value }) => (value as LimitRange).spec?.limits ?? [])
      .filter(({ type }) => type === 'Container');
    for (const container of spec ? [...(spec.containers ?? []), ...(spec.initContainers ?? [])] : []) {
      for (const item of items) {
        container.resources ??= {};
        container.resources.limits = { ...item.default, ...container.resources.limits };
        container.resources.requests = { ...item.defaultRequest, ...container.resources.requests };
      }
    }
  }
}

function podSpecOf({ info, value }: LoadedObject): PodSpec | undefined {
  const { spec } = value as {
    spec?: PodSpec & { template?: PodTemplateSpec; jobTemplate?: { spec?: { template?: PodTemplateSpec } } };
  };
  if (info.kind === 'Pod') return spec;
  return spec?.template?.spec ?? spec?.jobTemplate?.spec?.template?.spec;
}
