import { volumesOf } from '../state.ts';
import { countReason, type Filter } from './filter.ts';

/** Data that is on some hosts pins its users to them; the first user of a new volume decides for the others. */
export const volumes: Filter = {
  name: 'volumes',
  dynamic: true,
  applies: (cls) => cls.demand.volumes.length > 0 || cls.demand.claimPrefixes.length > 0,
  check: ({ cls, ordinal }, { index }, state) => {
    for (const volume of volumesOf(cls.demand, ordinal)) {
      const homes = state.volumeHomes.get(volume);
      if (!homes || homes.size === 0 || homes.has(index)) continue;
      const where = [...homes].map((home) => state.hosts[home]?.host.name).join(', ');
      return { filter: 'volumes', reason: `without volume ${volume}`, detail: `its data is on ${where}` };
    }
    return undefined;
  },
  explain: countReason,
};
