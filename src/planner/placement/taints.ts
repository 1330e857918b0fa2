import type { TaintEffect, Toleration } from '../../model/desired.ts';
import type { Taint } from '../../model/inventory.ts';

/** The taint a cordoned node has in Kubernetes; who tolerates it may still be put there. */
export const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/**
 * An empty effect tolerates all effects; an empty key tolerates every key, and needs `Exists`; no operator is `Equal`.
 *
 * @see kubernetes core/v1 Toleration
 */
export function tolerates(toleration: Partial<Toleration>, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator || 'Equal') {
    case 'Exists':
      return true;
    case 'Equal':
      return (toleration.key ?? '') !== '' && (toleration.value ?? '') === (taint.value ?? '');
    default:
      return false;
  }
}

/** The first taint with one of these effects that nothing tolerates. */
export function untolerated(
  taints: readonly Taint[],
  tolerations: readonly Partial<Toleration>[],
  effects: readonly TaintEffect[],
): Taint | undefined {
  return taints.find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** How many `PreferNoSchedule` taints are not tolerated: fewer is better. */
export function countPreferNoSchedule(taints: readonly Taint[], tolerations: readonly Partial<Toleration>[]): number {
  const able = tolerations.filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
  return taints.filter(
    (taint) => taint.effect === 'PreferNoSchedule' && !able.some((toleration) => tolerates(toleration, taint)),
  ).length;
}
