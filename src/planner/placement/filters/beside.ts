import { countReason, type Filter } from './filter.ts';

/** Sharing a network namespace or the volumes of another workload needs one of its replicas on the same host. */
export const beside: Filter = {
  name: 'beside',
  dynamic: true,
  applies: (cls) => cls.demand.besideWorkloads.length > 0,
  check: ({ cls }, { byWorkload }) => {
    const missing = cls.demand.besideWorkloads.find((workload) => !byWorkload.get(workload));
    return missing === undefined ? undefined : { filter: 'beside', reason: `without a replica of ${missing}` };
  },
  explain: countReason,
};
