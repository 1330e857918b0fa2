import { portText } from '../ports.ts';
import { countReason, type Filter } from './filter.ts';

/** A host port is taken once per protocol and address. */
export const hostPorts: Filter = {
  name: 'host-ports',
  dynamic: true,
  applies: (cls) => cls.demand.ports.length > 0,
  check: ({ cls }, { ports }) => {
    const taken = cls.demand.ports.find((port) => ports.conflicts(port));
    return taken && { filter: 'host-ports', reason: `with port ${portText(taken)} taken` };
  },
  explain: countReason,
};
