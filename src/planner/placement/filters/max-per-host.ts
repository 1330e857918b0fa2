import { countReason, type Filter } from './filter.ts';

/** Swarm's `max_replicas_per_node`. */
export const maxPerHost: Filter = {
  name: 'max-per-host',
  dynamic: true,
  applies: (cls) => (cls.demand.rules.maxPerHost ?? 0) > 0,
  check: ({ cls }, { byWorkload }) => {
    const max = cls.demand.rules.maxPerHost ?? Number.POSITIVE_INFINITY;
    return (byWorkload.get(cls.workload) ?? 0) < max
      ? undefined
      : { filter: 'max-per-host', reason: `at its ${max} replica${max === 1 ? '' : 's'} per host` };
  },
  explain: countReason,
};
