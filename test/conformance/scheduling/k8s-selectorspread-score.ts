import type { Requirement } from '../../../src/model/kubernetes/selector.ts';
import {
  matchesSelector,
  selectorFromLabelSelector,
  selectorFromLabels,
} from '../../../src/model/kubernetes/selector.ts';
import { greatest } from '../../../src/planner/placement/choose.ts';
import { spreadPeers } from '../../../src/planner/placement/scores/selector-spread.ts';
import type { Json, Kind } from './case.ts';
import { clusterOf, demandOf } from './kubernetes.ts';
import { scores } from './verdicts.ts';

/** The selectors of everything that selects the pod. */
function selectorsFor(
  pod: Json,
  { services, replicationControllers, replicaSets, statefulSets }: Json,
): Requirement[][] {
  const namespace = pod.metadata.namespace ?? '';
  const labels = pod.metadata.labels ?? {};
  const plain = [...services, ...replicationControllers].map((one: Json) => [
    one,
    selectorFromLabels(one.spec.selector ?? {}),
  ]);
  const rich = [...replicaSets, ...statefulSets].map((one: Json) => [
    one,
    selectorFromLabelSelector(one.spec.selector),
  ]);
  return [...plain, ...rich]
    .filter(([one]: Json) => (one.metadata.namespace ?? '') === namespace)
    .map(([, selector]: Json) => selector)
    .filter((selector: Json) => selector !== 'nothing' && selector.length > 0 && matchesSelector(selector, labels));
}

export const kinds: Record<string, Kind> = {
  score: (input) => {
    const { state } = clusterOf(input);
    const peerSelectors = selectorsFor(input.pod, input);
    return {
      scores: scores(spreadPeers, { state, cls: state.classOf(demandOf(input.pod), { workload: '', peerSelectors }) }),
    };
  },
  'select-host': ({ scores: list }) => {
    const best = greatest(list.map(([, score]: Json) => score)).map((i) => list[i][0]);
    return best.length === 0 ? { error: true } : { anyOf: best };
  },
};
