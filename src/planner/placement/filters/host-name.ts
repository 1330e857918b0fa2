import { countReason, type Filter } from './filter.ts';

/** The workload names its host. */
export const hostName: Filter = {
  name: 'host-name',
  dynamic: false,
  applies: (cls) => cls.demand.rules.hostName !== undefined,
  check: ({ cls }, { host }) => {
    const wanted = cls.demand.rules.hostName;
    return wanted === undefined || wanted === host.name
      ? undefined
      : { filter: 'host-name', reason: `not named ${wanted}` };
  },
  explain: countReason,
};
