import { perClass } from '../per-class.ts';
import { MAX_SCORE, type Score } from './score.ts';

const presentShare = perClass((cls, state) => {
  const wanted = cls.demand.images;
  return Float64Array.from(state.hosts, ({ host }) => {
    const present = wanted.filter((image) => host.images.includes(image)).length;
    return Math.trunc((MAX_SCORE * present) / wanted.length);
  });
});

/** The share of the replica's images that are on the host already: less to pull, sooner ready. */
export const imagesPresent: Score = {
  name: 'images',
  weight: 1,
  applies: (cls) => cls.demand.images.length > 0,
  scope: 'fixed',
  rate: (cls, hosts, state, out) => {
    const shares = presentShare(cls, state);
    for (let i = 0; i < hosts.length; i++) out[i] = shares[hosts[i]?.index ?? -1] ?? 0;
  },
};
