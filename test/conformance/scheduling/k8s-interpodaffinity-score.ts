import { ratePodAffinity } from '../../../src/planner/placement/scores/pod-affinity.ts';
import type { Kind } from './case.ts';
import { clusterOf, hasInvalidTerm } from './kubernetes.ts';
import { scores } from './verdicts.ts';

export const kinds: Record<string, Kind> = {
  score: (input) => {
    const cluster = clusterOf(input);
    if (hasInvalidTerm(cluster.cls.demand.rules)) return { error: true };
    return {
      scores: scores(
        { rate: (cls, hosts, state, out) => ratePodAffinity(cls, hosts, state, out, input.hardPodAffinityWeight) },
        cluster,
      ),
    };
  },
};
